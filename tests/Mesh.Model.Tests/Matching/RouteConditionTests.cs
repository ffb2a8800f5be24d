namespace Mesh.Model.Tests.Matching;

public sealed class RouteConditionTests
{
    [Theory]
    [InlineData("/items", "/items", true)]
    [InlineData("/items", "/items/", false)]
    [InlineData("/items/", "/items", false)]
    [InlineData("/items", "/items/1", false)]
    [InlineData("/items", "/Items", false)]
    [InlineData("/items", "/item%73", false)]
    [InlineData("/a%2Fb", "/a%2Fb", true)]
    [InlineData("/a%2Fb", "/a%2fb", false)]
    [InlineData("/a%2Fb", "/a/b", false)]
    [InlineData("/", "/", true)]
    [InlineData("/", "//", false)]
    [InlineData("/", "", false)]
    [InlineData("//", "//", true)]
    [InlineData("", "", true)]
    [InlineData("", "/", false)]
    [InlineData("*", "*", true)]
    public void An_exact_path_is_the_whole_path_as_it_stands(string path, string requested, bool expected) =>
        Assert.Equal(expected, TestTable.Takes(new RouteMatch { Path = path }, new TestRequest(requested)));

    [Theory]
    [InlineData("/items", "/items", true)]
    [InlineData("/items", "/items/", true)]
    [InlineData("/items", "/items/1", true)]
    [InlineData("/items", "/items//1", true)]
    [InlineData("/items", "/items/1/2/3", true)]
    [InlineData("/items", "/itemsets", false)]
    [InlineData("/items", "/item", false)]
    [InlineData("/items", "/Items", false)]
    [InlineData("/items", "/items%2F1", false)]
    [InlineData("/items", "//items", false)]
    [InlineData("/items", "/a/items", false)]
    [InlineData("/items", "/", false)]
    [InlineData("/items", "", false)]
    [InlineData("/items/", "/items", true)]
    [InlineData("/items/", "/items/", true)]
    [InlineData("/items/", "/items/1", true)]
    [InlineData("/items/", "/itemsets", false)]
    [InlineData("/a/b", "/a/b/c", true)]
    [InlineData("/a/b", "/a", false)]
    [InlineData("/a/b", "/a/bc", false)]
    [InlineData("/a/b", "/a//b", false)]
    [InlineData("/a//b", "/a//b/c", true)]
    [InlineData("/a//b", "/a/b", false)]
    [InlineData("/a%2Fb", "/a%2Fb/c", true)]
    [InlineData("/", "/", true)]
    [InlineData("/", "/items", true)]
    [InlineData("/", "//", true)]
    [InlineData("/", "", true)]
    [InlineData("/", "*", true)]
    [InlineData("", "/items", true)]
    [InlineData("", "", true)]
    [InlineData("//", "//", true)]
    [InlineData("//", "//items", true)]
    [InlineData("//", "/items", false)]
    public void A_path_prefix_takes_whole_segments(string prefix, string requested, bool expected) =>
        Assert.Equal(expected, TestTable.Takes(new RouteMatch { PathPrefix = prefix }, new TestRequest(requested)));

    [Theory]
    [InlineData("/items/[0-9]+", "/items/12", true)]
    [InlineData("/items/[0-9]+", "/items/12/", false)]
    [InlineData("/items/[0-9]+", "/items/x", false)]
    [InlineData("/items/[0-9]+", "/Items/12", false)]
    [InlineData("/a|/b", "/b", true)]
    [InlineData(".*", "", true)]
    public void A_path_regex_takes_the_whole_path(string pattern, string requested, bool expected) =>
        Assert.Equal(expected, TestTable.Takes(new RouteMatch { PathRegex = TestTable.Regex(pattern) }, new TestRequest(requested)));

    [Theory]
    [InlineData("/ITEMS/a", true)]
    [InlineData("/items/A", true)]
    [InlineData("/items/é", false)]
    [InlineData("/items/ab", false)]
    public void Every_form_of_path_ignores_case_when_asked(string requested, bool expected)
    {
        var request = new TestRequest(requested);

        Assert.Equal(expected, TestTable.Takes(new RouteMatch { Path = "/Items/a", IgnorePathCase = true }, request));
        Assert.Equal(expected, TestTable.Takes(new RouteMatch { PathPrefix = "/Items/a/", IgnorePathCase = true }, request));
        Assert.Equal(expected, TestTable.Takes(new RouteMatch { PathRegex = TestTable.Regex("/Items/a"), IgnorePathCase = true }, request));
    }

    [Theory]
    [InlineData("GET", "GET", true)]
    [InlineData("GET", "get", true)]
    [InlineData("GET", "POST", false)]
    [InlineData("GET POST", "POST", true)]
    [InlineData("GET POST", "PUT", false)]
    [InlineData("", "PURGE", true)]
    public void Any_of_the_methods_will_do(string methods, string requested, bool expected)
    {
        var match = new RouteMatch { Methods = [.. methods.Split(' ', StringSplitOptions.RemoveEmptyEntries)] };

        Assert.Equal(expected, TestTable.Takes(match, new TestRequest("/", requested)));
        Assert.Equal(expected, TestTable.Takes(match with { Path = "/" }, new TestRequest("/", requested)));
    }

    [Fact]
    public void Every_header_must_pass()
    {
        RouteMatch match = TestTable.Header("x-tester", TestTable.Exact("true"));
        match = match with { Headers = match.Headers.Add("x-old", new ValueMatch { Kind = ValueMatchKind.Absent }) };

        Assert.True(TestTable.Takes(match, new TestRequest("/") { Headers = { ["X-Tester"] = "true" } }));
        Assert.False(TestTable.Takes(match, new TestRequest("/") { Headers = { ["X-Tester"] = "false" } }));
        Assert.False(TestTable.Takes(match, new TestRequest("/") { Headers = { ["X-Tester"] = "true", ["x-old"] = "" } }));
        Assert.False(TestTable.Takes(match, new TestRequest("/")));
    }

    [Theory]
    [InlineData("shop.Pricing", "Get", "/shop.Pricing/Get", true)]
    [InlineData("shop.Pricing", "Get", "/shop.Pricing/Set", false)]
    [InlineData("shop.Pricing", "Get", "/shop.Other/Get", false)]
    [InlineData("shop.Pricing", "Get", "/shop.pricing/Get", false)]
    [InlineData("shop.Pricing", "Get", "/shop.Pricing/Get/", false)]
    [InlineData("shop.Pricing", null, "/shop.Pricing/Get", true)]
    [InlineData("shop.Pricing", null, "/shop.Pricing", false)]
    [InlineData("shop.Pricing", null, "/shop.Pricing/", false)]
    [InlineData("shop.Pricing", null, "/shop.Pricing/Get/More", false)]
    [InlineData("shop.Pricing", null, "/shop.PricingV2/Get", false)]
    [InlineData(null, "Get", "/shop.Pricing/Get", true)]
    [InlineData(null, "Get", "/any/Get", true)]
    [InlineData(null, "Get", "/shop.Pricing/get", false)]
    [InlineData(null, "Get", "/Get", false)]
    [InlineData(null, "Get", "//Get", false)]
    [InlineData(null, "Get", "/a/b/Get", false)]
    [InlineData(null, "Get", "a/Get", false)]
    [InlineData(null, "", "/Get", false)]
    [InlineData("", null, "//Get", false)]
    [InlineData(null, null, "/shop.Pricing/Get", true)]
    [InlineData(null, null, "/", true)]
    public void A_grpc_match_takes_calls_by_service_and_method(string? service, string? method, string requested, bool expected)
    {
        var match = new RouteMatch { Grpc = new GrpcMatch { Service = service, Method = method } };

        Assert.Equal(expected, TestTable.Takes(match, new TestRequest(requested, "POST", IsGrpc: true)));
        Assert.Equal(expected, TestTable.Takes(match with { PathPrefix = "/" }, new TestRequest(requested, "POST", IsGrpc: true)));
        Assert.False(TestTable.Takes(match, new TestRequest(requested, "POST")));
    }

    [Fact]
    public void Grpc_names_keep_their_case_when_the_path_ignores_it()
    {
        var match = new RouteMatch { Grpc = new GrpcMatch { Service = "shop.Pricing", Method = "Get" }, IgnorePathCase = true };

        Assert.True(TestTable.Takes(match, new TestRequest("/shop.Pricing/Get", "POST", IsGrpc: true)));
        Assert.False(TestTable.Takes(match, new TestRequest("/shop.pricing/get", "POST", IsGrpc: true)));
    }

    [Theory]
    [InlineData("/items/1", "GET", "1", true)]
    [InlineData("/items/x", "GET", "1", false)]
    [InlineData("/other/1", "GET", "1", false)]
    [InlineData("/items/1", "PUT", "1", false)]
    [InlineData("/items/1", "GET", "2", false)]
    public void All_conditions_of_a_match_must_hold(string path, string method, string header, bool expected)
    {
        RouteMatch match = TestTable.Header("x", TestTable.Exact("1")) with
        {
            PathPrefix = "/items",
            PathRegex = TestTable.Regex("/[a-z]+/[0-9]"),
            Methods = ["GET"],
        };

        Assert.Equal(expected, TestTable.Takes(match, new TestRequest(path, method) { Headers = { ["x"] = header } }));
    }

    [Fact]
    public async Task A_hostile_header_does_not_stall_a_regex()
    {
        RouteMatch match = TestTable.Header("x", new ValueMatch { Kind = ValueMatchKind.Regex, Regex = TestTable.Regex("(a+)+") });
        var request = new TestRequest("/") { Headers = { ["x"] = new string('a', 100_000) + "!" } };

        bool taken = await Task.Run(() => TestTable.Takes(match, request), TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.False(taken);
    }
}
