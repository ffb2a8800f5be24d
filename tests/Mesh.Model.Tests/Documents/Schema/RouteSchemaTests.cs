using Mesh.Model.Documents;

namespace Mesh.Model.Tests.Documents;

public sealed class RouteSchemaTests
{
    [Fact]
    public void Routes_without_a_name_are_called_by_their_place()
    {
        MeshService catalog = Read("""[ {}, { "Name": "testers" }, { "Timeout": "1s" } ]""");

        Assert.Equal(["route-0", "testers", "route-2"], catalog.Routes.Select(route => route.Name));
    }

    [Fact]
    public void Routes_of_a_list_stay_as_listed_unless_Order_says_otherwise()
    {
        MeshService catalog = Read("""[ { "Name": "c" }, { "Name": "b", "Order": -1 }, { "Name": "a" } ]""");

        Assert.Equal(["b", "c", "a"], catalog.Routes.Select(route => route.Name));
    }

    [Fact]
    public void Routes_keyed_by_name_go_by_Order_then_by_name()
    {
        MeshService catalog = Read("""{ "zeta": { "Order": 1 }, "Beta": { "Order": 2 }, "alpha": { "Order": 2 }, "last": { "Order": 3 }, "first": {} }""");

        Assert.Equal(["first", "zeta", "alpha", "Beta", "last"], catalog.Routes.Select(route => route.Name));
    }

    [Fact]
    public void A_name_is_taken_once()
    {
        DocumentFault fault = Doc.Fault(Doc.Nest("Services:catalog:Routes", """[ { "Name": "route-1" }, {}, { "Name": "other" } ]"""));

        Assert.Equal(
            "Mesh:Services:catalog:Routes:1: The name 'route-1' is taken already, at Mesh:Services:catalog:Routes:0.", fault.ToString());
    }

    [Fact]
    public void A_key_and_a_different_Name_contradict_each_other()
    {
        Assert.Equal("a", Read("""{ "a": { "Name": "a" } }""").Routes[0].Name);
        Assert.Equal(
            "The route has two names: its key 'a' and its Name 'b'.",
            Doc.Fault(Doc.Nest("Services:catalog:Routes", """{ "a": { "Name": "b" } }""")).Message);
    }

    [Fact]
    public void A_key_and_its_Name_may_differ_in_case() => Assert.Equal("a", Read("""{ "a": { "Name": "A" } }""").Routes[0].Name);

    [Theory]
    [InlineData("", "")]
    [InlineData(" x ", " x ")]
    [InlineData("a\\tb", "a\\u0009b")]
    public void A_key_is_a_name_like_any_other(string key, string shown) => Assert.Equal(
        $"'{shown}' is not a line of text. It must not be empty, nor have white space around it or control characters.",
        Doc.Fault(Doc.Nest("Services:catalog", $$"""{ "Routes": { "{{key}}": {} } }""")).Message);

    [Theory]
    [InlineData("""[ null, { "Path": "/a" } ]""", 0)]
    [InlineData("""[ { "Path": "/a" }, {} ]""", 1)]
    public void An_empty_entry_among_others_of_a_Match_takes_everything_which_nobody_means(string match, int entry) => Assert.Equal(
        new DocumentFault(
            $"Mesh:Services:catalog:Routes:0:Match:{entry}", "This entry is empty and takes every request, whatever the others say. Leave it out."),
        Doc.Fault(Doc.Nest("Services:catalog:Routes:0:Match", match)));

    [Fact]
    public void A_key_may_read_like_a_setting_where_it_names_an_entry()
    {
        MeshService catalog = Read("""{ "retry": { "Match": { "Path": "/a" }, "Retry": { "Attempts": 2 } }, "to": { "To": { "subset": { "Subset": "v2" } } } }""");

        Assert.Equal(["retry", "to"], catalog.Routes.Select(route => route.Name));
        Assert.Equal([new RouteTarget { Subset = "v2" }], catalog.Routes[1].To);
    }

    [Fact]
    public void Match_is_an_object_or_a_list_of_them()
    {
        MeshService catalog = Read("""[ { "Match": { "Path": "/a" } }, { "Match": [ { "Path": "/a" }, { "PathPrefix": "/b" } ] }, { "Match": {} }, { "Match": [] } ]""");

        Assert.Equal([1, 2, 0, 0], catalog.Routes.Select(route => route.Match.Length));
        Assert.Equal("/b", catalog.Routes[1].Match[1].PathPrefix);
    }

    [Fact]
    public void To_may_be_keyed_and_name_services_that_others_know()
    {
        MeshService catalog = Read("""[ { "To": { "stable": { "Weight": 9 }, "canary": { "Service": "elsewhere", "Subset": "v2" } } } ]""");

        Assert.Equal(
            [new RouteTarget { Service = "elsewhere", Subset = "v2" }, new RouteTarget { Weight = 9 }],
            catalog.Routes[0].To);
    }

    [Fact]
    public void Numbered_and_named_routes_do_not_mix() => Assert.Equal(
        "Numbered and named entries are mixed here: 0, a. Use one kind.",
        Doc.Fault(Doc.Nest("Services:catalog:Routes", """{ "0": {}, "a": {} }""")).Message);

    [Fact]
    public void Keys_that_are_all_numbers_make_a_list_in_their_order()
    {
        string[] keys = [.. Enumerable.Range(0, 11).Reverse().Select(i => $$"""
            "{{i}}": { "Name": "n{{i}}" }
            """)];
        MeshService catalog = Read($"{{{string.Join(',', keys)}}}");

        Assert.Equal(Enumerable.Range(0, 11).Select(i => $"n{i}"), catalog.Routes.Select(route => route.Name));
    }

    [Theory]
    [InlineData("""{ "0": {}, "7": { "Timeout": "1s" } }""", "Entry 7 is given, 1 to 6 are missing.")]
    [InlineData("""{ "0": {}, "2": {}, "5": {} }""", "Entry 2 is given, 1 is missing.")]
    [InlineData("""{ "1": {} }""", "Entry 1 is given, 0 is missing.")]
    public void A_list_has_no_gaps(string routes, string expected) =>
        Assert.Equal(new DocumentFault("Mesh:Services:catalog:Routes", expected), Doc.Fault(Doc.Nest("Services:catalog:Routes", routes)));

    [Fact]
    public void One_bad_value_does_not_hide_another()
    {
        DocumentResult<MeshSettings> result = Doc.Read(Doc.Nest(
            "Services:catalog:Routes:0", """{ "Timeout": "1s", "Retry": { "PerTryTimeout": "2s", "Attempts": 99 } }"""));

        Assert.Equal(
            ["Mesh:Services:catalog:Routes:0", "Mesh:Services:catalog:Routes:0:Retry:Attempts"], result.Faults.Select(fault => fault.Path));
    }

    private static MeshService Read(string routes) => Doc.Good(Doc.Nest("Services:catalog:Routes", routes)).Services[0];
}
