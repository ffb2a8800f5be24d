using System.Text.Json.Nodes;
using Mesh.Cli.Splitting;

namespace Mesh.Cli.Tests.Splitting;

public sealed class SplitTests
{
    private const string Endpoints = "'name': 'c', 'endpoints': [{ 'address': 'h:1', 'version': 'v1' }, { 'address': 'h:2', 'version': 'v2' }, { 'address': 'h:3', 'version': 'v3' }]";

    [Theory]
    [InlineData("", "v2=10", "split: v1 45, v2 10, v3 45")]
    [InlineData("", "v1=1 v2=2 v3=3", "split: v1 1, v2 2, v3 3")]
    [InlineData("'routes': []", "v3=100", "split: v1 0, v2 0, v3 100")]
    [InlineData("'routes': [{ 'to': [{ 'subset': 'v1', 'weight': 30 }, { 'subset': 'v2', 'weight': 10 }, { 'subset': 'v3' }] }]", "v3=60", "route-0: v1 30, v2 10, v3 60")]
    [InlineData("'routes': [{ 'to': [{ 'subset': 'v1', 'weight': 2 }, { 'subset': 'v2', 'weight': 1 }] }]", "v3=1", "route-0: v1 66, v2 33, v3 1")]
    [InlineData("'routes': [{ 'to': [{ 'subset': 'v1', 'weight': 0 }, { 'subset': 'v2', 'weight': 0 }] }]", "v3=50", "route-0: v1 25, v2 25, v3 50")]
    [InlineData(
        "'routes': [{ 'to': [{ 'subset': 'v1' }, { 'service': 'x' }, { 'service': 'y' }, { 'service': 'z' }] }]", "v1=50",
        "route-0: v1 50, x 17, y 17, z 16")]
    [InlineData("'routes': [{ 'to': [{ 'subset': 'v1' }, { 'service': 'other' }] }]", "v1=99.5", "route-0: v1 995, other 5")]
    [InlineData("'routes': [{ 'to': [{ 'subset': 'v1' }, { 'subset': 'v1' }, { 'subset': 'v2' }, { 'subset': 'v2' }] }]", "v2=51", "route-0: v1 25, v1 24, v2 26, v2 25")]
    [InlineData(
        "'routes': [{ 'to': [{ 'service': 'c', 'subset': 'v1', 'weight': 90 }, { 'service': 'C.default', 'subset': 'v2', 'weight': 10 }] }]", "v2=50",
        "route-0: v1 50, v2 50")]
    [InlineData("'routes': [{ 'to': [{ 'service': 'c.other', 'subset': 'v2' }, { 'subset': 'v1' }] }]", "v2=50", "route-0: v2 25, v1 25, v2 50")]
    [InlineData(
        "'namespace': 'shop', 'routes': [{ 'to': [{ 'service': 'c.shop', 'subset': 'v2' }, { 'service': 'c.default', 'subset': 'v2' }] }]", "v2=70",
        "route-0: v2 70, v2 30")]
    [InlineData("'routes': [{ 'match': { 'path': '/x' } }, { 'name': 'rest', 'match': { 'pathPrefix': '/' } }, { 'name': 'late' }]", "v1=100", "rest: v1 100, v2 0, v3 0")]
    [InlineData("'routes': [{ 'name': 'some', 'match': { 'percent': 99 } }, { 'name': 'rest', 'match': { 'percent': 100 } }]", "v1=100", "rest: v1 100, v2 0, v3 0")]
    [InlineData("'routes': [{ 'name': 'new', 'match': { 'country': 'de' } }, { 'name': 'all' }]", "v1=100", "all: v1 100, v2 0, v3 0")]
    [InlineData("'routes': [{ 'name': 'any', 'match': { 'pathPrefix': '/', 'ignorePathCase': true } }]", "v1=100", "any: v1 100, v2 0, v3 0")]
    [InlineData("'routes': [{ 'to': [{ 'subset': 'v2' }] }]", "v2=10", "route-0: v2 10, v1 45, v3 45")]
    [InlineData("'routes': [{ 'to': [{ 'subset': 'v2' }] }]", "v2=100", "route-0: v2 100")]
    [InlineData("'routes': { 'b': {}, 'a': { 'match': [{}] }, 'z': { 'order': -1, 'match': { 'path': '/x' } } }", "v1=100", "a: v1 100, v2 0, v3 0")]
    public void Subsets_that_are_not_named_share_the_rest(string routes, string weights, string expected)
    {
        JsonObject document = JsonNode.Parse($"{{ {Endpoints}{(routes.Length == 0 ? "" : ", ")}{routes} }}".Replace('\'', '"'))!.AsObject();

        Split split = Split.Change(document, Weights.Parse(weights.Split(' ')), null, []);

        Assert.Equal(expected, $"{split.Route}: {string.Join(", ", split.Targets.Select(target => $"{target} {target.Weight}"))}");
    }

    [Theory]
    [InlineData("'routes': [{ 'match': { 'path': '/a' } }, { 'match': { 'path': '/b' } }]", "No route takes every request. Say with --route which one is meant: route-0, route-1.")]
    [InlineData("'routes': [{ 'name': 'testers', 'match': { 'headers': { 'x-tester': 'true' } } }]", "No route takes every request. Say with --route which one is meant: testers.")]
    [InlineData("'routes': [{ 'redirect': { 'hostname': 'h' } }]", "Route route-0 answers by itself")]
    public void Where_no_route_can_be_meant_it_is_said(string routes, string expected)
    {
        JsonObject document = JsonNode.Parse($"{{ {Endpoints}, {routes} }}".Replace('\'', '"'))!.AsObject();

        ToolException exception = Assert.Throws<ToolException>(() => Split.Change(document, Weights.Parse(["v1=1"]), null, []));

        Assert.StartsWith(expected, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v2=10", "The endpoint h:1 has no version", "'endpoints': ['h:1', { 'address': 'h:2', 'version': 'v2' }]")]
    [InlineData("v2=10", "The endpoint h:1 has no version", "'endpoints': ['h:1', { 'address': 'h:2', 'version': 'v2' }], 'routes': [{ 'name': 'rest' }]")]
    [InlineData("v1=1 v2=2", "The endpoint h:3 has no version", "'endpoints': ['h:3'], 'subsets': { 'v1': { 'version': 'v1' }, 'v2': { 'version': 'v2' } }")]
    [InlineData("v2=10", "v2 is the only subset that is known", "'endpoints': ['h:1', { 'address': 'h:2', 'version': 'v2' }], 'routes': [{ 'to': [{ 'subset': 'v2' }] }]")]
    [InlineData("v2=10", "Name another, as v2=10 OTHER=90,", "'endpoints': [{ 'address': 'h:2', 'version': 'v2' }]")]
    [InlineData("v2=10", "or send everything there: v2=100.", "'routes': [{ 'to': [{ 'subset': 'v2' }] }]")]
    [InlineData("v2=0", "v2 is the only subset that is known", "'routes': []")]
    public void A_share_is_no_cut_over_where_nobody_could_get_the_rest(string weight, string expected, string members)
    {
        JsonObject document = JsonNode.Parse($"{{ 'name': 'c', {members} }}".Replace('\'', '"'))!.AsObject();

        ToolException exception = Assert.Throws<ToolException>(() => Split.Change(document, Weights.Parse(weight.Split(' ')), null, []));

        Assert.Equal(2, exception.ExitCode);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v2=100", "v2 100", "'endpoints': ['h:1', { 'address': 'h:2', 'version': 'v2' }]")]
    [InlineData("old=90 v2=10", "old 90, v2 10", "'endpoints': ['h:1', { 'address': 'h:2', 'version': 'v2' }], 'subsets': { 'old': { 'labels': { 'track': 'old' } } }")]
    [InlineData("v2=10", "old 90, v2 10", "'endpoints': [{ 'address': 'h:1', 'labels': { 'track': 'old' } }, { 'address': 'h:2', 'version': 'v2' }], 'subsets': { 'old': { 'labels': { 'track': 'old' } } }")]
    public void Endpoints_without_a_version_are_in_the_way_of_no_other_split(string weight, string expected, string members)
    {
        JsonObject document = JsonNode.Parse($"{{ 'name': 'c', {members} }}".Replace('\'', '"'))!.AsObject();

        Split split = Split.Change(document, Weights.Parse(weight.Split(' ')), null, []);

        Assert.Equal(expected, string.Join(", ", split.Targets.Select(target => $"{target} {target.Weight}")));
    }

    [Fact]
    public void The_service_of_a_target_stays_as_it_is_written()
    {
        JsonObject document = JsonNode.Parse($"{{ {Endpoints}, 'routes': [{{ 'to': [{{ 'service': 'c', 'subset': 'v1' }}] }}] }}".Replace('\'', '"'))!.AsObject();

        Split.Change(document, Weights.Parse(["v1=1", "v2=2"]), null, []);

        Assert.Equal(
            """[{"service":"c","subset":"v1","weight":1},{"subset":"v2","weight":2}]""", document["routes"]![0]!["to"]!.ToJsonString());
    }

    [Theory]
    [InlineData("at most 2 decimals", "v1=0.00000000000000000001")]
    [InlineData("at most 2 decimals", "v1=1.005")]
    [InlineData("v2 would get 100000000: documents have whole numbers to 1000000.", "v1=0.01", "v2=1000000", "v3=1")]
    public void Weights_that_no_document_can_hold_are_refused(string expected, params string[] weights)
    {
        JsonObject document = JsonNode.Parse($"{{ {Endpoints} }}".Replace('\'', '"'))!.AsObject();

        ToolException exception = Assert.Throws<ToolException>(() => Split.Change(document, Weights.Parse(weights), null, []));

        Assert.Equal(2, exception.ExitCode);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Subsets_of_endpoints_that_are_not_written_down_may_be_named()
    {
        JsonObject document = JsonNode.Parse("""{ "name": "c" }""")!.AsObject();

        Assert.Equal([75, 25], Split.Change(document, Weights.Parse(["v1=75", "v2=25"]), null, []).Targets.Select(target => target.Weight));
    }
}
