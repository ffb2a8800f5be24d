using System.Collections.Immutable;
using Mesh.Model.Matching;

namespace Mesh.Model.Tests.Matching;

public sealed class RouteTableTests
{
    [Fact]
    public void An_empty_table_takes_nothing() => Assert.Null(TestTable.Of().Match(new TestRequest("/").Facts));

    [Fact]
    public void A_route_without_matches_takes_every_request()
    {
        RouteTable<string> table = TestTable.Of([ImmutableArray<RouteMatch>.Empty]);

        Assert.Equal("0", table.Match(new TestRequest("").Facts));
        Assert.Equal("0", table.Match(new TestRequest("/items", "PURGE", IsGrpc: true).Facts));
    }

    [Fact]
    public void A_match_without_conditions_takes_every_request() =>
        Assert.Equal("0", TestTable.Of(new RouteMatch()).Match(new TestRequest("/items", "PURGE").Facts));

    [Fact]
    public void Any_match_of_a_route_will_do()
    {
        RouteTable<string> table = TestTable.Of(
        [
            [new RouteMatch { Path = "/a" }, new RouteMatch { PathPrefix = "/b" }, new RouteMatch { Methods = ["PUT"] }],
            [new RouteMatch()],
        ]);

        Assert.Equal("0", table.Match(new TestRequest("/a").Facts));
        Assert.Equal("0", table.Match(new TestRequest("/b/1").Facts));
        Assert.Equal("0", table.Match(new TestRequest("/c", "PUT").Facts));
        Assert.Equal("1", table.Match(new TestRequest("/c").Facts));
    }

    /// <summary>All take the request, each from another place in the index.</summary>
    [Fact]
    public void The_first_route_wins_wherever_the_index_keeps_it()
    {
        var call = new TestRequest("/shop.Pricing/Get", "POST", IsGrpc: true) { Headers = { ["x"] = "1" } };
        RouteMatch[] matches =
        [
            new() { Path = "/shop.Pricing/Get" },
            new() { Path = "/SHOP.PRICING/GET", IgnorePathCase = true },
            new() { PathPrefix = "/shop.Pricing" },
            new() { PathPrefix = "/shop.Pricing/Get" },
            new() { PathPrefix = "/SHOP.PRICING", IgnorePathCase = true },
            new() { PathRegex = TestTable.Regex("/shop.*") },
            new() { Methods = ["POST"] },
            new() { Path = "/shop.Pricing/Get", Methods = ["POST"] },
            new() { PathPrefix = "/shop.Pricing", Methods = ["POST"] },
            new() { Grpc = new GrpcMatch { Service = "shop.Pricing", Method = "Get" } },
            new() { Grpc = new GrpcMatch { Service = "shop.Pricing" } },
            new() { Grpc = new GrpcMatch { Method = "Get" } },
            new() { Grpc = new GrpcMatch() },
            TestTable.Header("x", TestTable.Exact("1")),
            new(),
        ];

        for (int shift = 0; shift < matches.Length; shift++)
        {
            RouteMatch[] shifted = [.. matches[shift..], .. matches[..shift]];

            Assert.Equal("0", TestTable.Of(shifted).Match(call.Facts));
            Assert.Equal("0", TestTable.Of([shifted[0], .. shifted[1..].Reverse()]).Match(call.Facts));
            Assert.Equal("1", TestTable.Of([new RouteMatch { Path = "/other" }, .. shifted]).Match(call.Facts));
        }
    }

    [Fact]
    public void The_list_decides_not_the_longer_prefix()
    {
        RouteTable<string> table = TestTable.Of(new RouteMatch { PathPrefix = "/a" }, new RouteMatch { PathPrefix = "/a/b" });

        Assert.Equal("0", table.Match(new TestRequest("/a/b/c").Facts));
    }

    [Theory]
    [InlineData("Path")]
    [InlineData("PathIgnoreCase")]
    [InlineData("PathPrefix")]
    [InlineData("PathPrefixIgnoreCase")]
    [InlineData("Method")]
    [InlineData("GrpcService")]
    [InlineData("GrpcMethod")]
    [InlineData("GrpcServiceAndMethod")]
    public void Only_the_routes_that_the_index_leads_to_are_tried(string part)
    {
        RouteMatch match = TestTable.Header("x", TestTable.Exact("1"));
        RouteTable<string> table = TestTable.Of(Enumerable.Range(0, 1000).Select(i => part switch
        {
            "Path" => match with { Path = $"/s{i}/m{i}" },
            "PathIgnoreCase" => match with { Path = $"/S{i}/M{i}", IgnorePathCase = true },
            "PathPrefix" => match with { PathPrefix = $"/s{i}" },
            "PathPrefixIgnoreCase" => match with { PathPrefix = $"/S{i}", IgnorePathCase = true },
            "Method" => match with { Methods = [$"M{i}"] },
            "GrpcService" => match with { Grpc = new GrpcMatch { Service = $"s{i}" } },
            "GrpcMethod" => match with { Grpc = new GrpcMatch { Method = $"m{i}" } },
            _ => match with { Grpc = new GrpcMatch { Service = $"s{i}", Method = $"m{i}" } },
        }));

        foreach (int i in (int[])[0, 500, 999])
        {
            var request = new TestRequest($"/s{i}/m{i}", $"M{i}", IsGrpc: true) { Headers = { ["x"] = "1" } };

            Assert.Equal($"{i}", table.Match(request.Facts));
            Assert.Equal(1, request.HeaderReads);
        }
    }

    [Fact]
    public async Task A_very_long_path_costs_no_more_look_ups_than_the_deepest_prefix()
    {
        RouteTable<string> table = TestTable.Of(new RouteMatch { PathPrefix = "/b" }, new RouteMatch { PathPrefix = "/a/a/a" });
        var request = new TestRequest(string.Concat(Enumerable.Repeat("/a", 4_000_000)));

        string? route = await Task.Run(() => table.Match(request.Facts), TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Equal("1", route);
    }

    [Fact]
    public void A_look_up_allocates_nothing()
    {
        var one = Maps.Of<ValueMatch>().Add("x", TestTable.Exact("1"));
        RouteTable<string> table = TestTable.Of(
            new RouteMatch { Path = "/a/b", Methods = ["PUT"] },
            new RouteMatch { Path = "/A/B", Methods = ["PUT"], IgnorePathCase = true },
            new RouteMatch { Grpc = new GrpcMatch { Service = "a" }, Methods = ["PUT"] },
            new RouteMatch { Grpc = new GrpcMatch { Method = "b" }, Methods = ["PUT"] },
            TestTable.Header("x", TestTable.Exact("1")),
            new RouteMatch { QueryParameters = one },
            new RouteMatch { Cookies = one },
            new RouteMatch { Baggage = one },
            new RouteMatch { Percent = 0 },
            new RouteMatch { PathPrefix = "/a" });
        var request = new TestRequest("/a/b", "POST", IsGrpc: true)
        {
            Query = "a+b=c&x=%32",
            Headers = { ["Cookie"] = "a=b; x=2", ["baggage"] = "a=b,x=%32" },
            AmbientBaggage = { ["x"] = "2" },
        };
        string? route = table.Match(request.Facts);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            route = table.Match(request.Facts);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal("9", route);
    }

    [Fact]
    public void Nothing_of_a_request_is_read_that_no_route_asks_for()
    {
        RouteTable<string> table = TestTable.Of(
            new RouteMatch { Path = "/other", Cookies = Maps.Of<ValueMatch>().Add("x", TestTable.Exact("1")) },
            new RouteMatch { QueryParameters = Maps.Of<ValueMatch>().Add("x", TestTable.Exact("1")) },
            new RouteMatch());
        var request = new TestRequest("/") { Headers = { ["Cookie"] = "x=1", ["baggage"] = "x=1" } };

        Assert.Equal("2", table.Match(request.Facts));
        Assert.Equal(0, request.HeaderReads);
    }

    [Fact]
    public void The_cookies_are_read_once_for_all_that_a_match_asks_of_them()
    {
        var match = new RouteMatch { Cookies = Maps.Of<ValueMatch>().Add("x", TestTable.Exact("1")).Add("y", TestTable.Exact("2")) };
        var request = new TestRequest("/") { Headers = { ["Cookie"] = "y=2; x=1" } };

        Assert.True(TestTable.Takes(match, request));
        Assert.Equal(1, request.HeaderReads);
    }

    [Fact]
    public void A_text_too_long_for_the_buffer_is_decoded_all_the_same()
    {
        string value = string.Concat(Enumerable.Repeat("é +", 1000));
        var match = new RouteMatch
        {
            QueryParameters = Maps.Of<ValueMatch>().Add(value, TestTable.Exact(value)),
            Baggage = Maps.Of<ValueMatch>().Add("x", TestTable.Exact(value)),
        };
        string encoded = Uri.EscapeDataString(value);
        var request = new TestRequest("/") { Query = $"{encoded}={encoded}", Headers = { ["baggage"] = $"x={encoded}" } };

        Assert.True(TestTable.Takes(match, request));
        Assert.False(TestTable.Takes(match, request with { Query = $"{encoded}={encoded}a" }));
    }

    /// <summary>Half of the requests by the first match, half of the rest by the second.</summary>
    [Fact]
    public void Each_match_draws_anew_for_each_request()
    {
        RouteTable<string> table = TestTable.Of([[new RouteMatch { Percent = 50 }, new RouteMatch { Percent = 50 }], [new RouteMatch { Percent = 10 }]]);
        var request = new TestRequest("/") { Random = new Random(7) };

        string?[] routes = [.. Enumerable.Range(0, 100_000).Select(_ => table.Match(request.Facts))];

        Assert.InRange(routes.Count(route => route == "0"), 74_000, 76_000);
        Assert.InRange(routes.Count(route => route == "1"), 2_300, 2_700);
    }

    [Fact]
    public void A_method_that_is_listed_twice_draws_once()
    {
        RouteTable<string> table = TestTable.Of(new RouteMatch { Methods = ["GET", "get", "Get", "gEt"], Percent = 50 });
        var request = new TestRequest("/") { Random = new Random(7) };

        Assert.InRange(Enumerable.Range(0, 10_000).Count(_ => table.Match(request.Facts) is not null), 4_800, 5_200);
    }
}
