using System.Net;
using Mesh.Client.Tests.Infrastructure;

namespace Mesh.Client.Tests.Calls;

public sealed class RoutingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("\"Path\": \"/items\"", "/items", true)]
    [InlineData("\"Path\": \"/items\"", "/items?q=1", true)]
    [InlineData("\"Path\": \"/items\"", "/items/", false)]
    [InlineData("\"Path\": \"/items\"", "/Items", false)]
    [InlineData("\"PathPrefix\": \"/items\"", "/items", true)]
    [InlineData("\"PathPrefix\": \"/items\"", "/items/1/reviews?all", true)]
    [InlineData("\"PathPrefix\": \"/items\"", "/itemsets", false)]
    [InlineData("\"PathPrefix\": \"/items\"", "/old/items", false)]
    [InlineData("\"PathRegex\": \"/items/\\\\d+\"", "/items/42?x", true)]
    [InlineData("\"PathRegex\": \"/items/\\\\d+\"", "/items/42/reviews", false)]
    [InlineData("\"PathRegex\": \"/items/\\\\d+\"", "/items/a", false)]
    public Task A_path_is_matched_exactly_by_segments_or_by_a_pattern(string match, string target, bool taken) =>
        AssertTaken(match, new HttpRequestMessage(HttpMethod.Get, $"http://catalog{target}"), taken);

    [Theory]
    [InlineData("\"Path\": \"/items\"", "/ITEMS", true)]
    [InlineData("\"PathPrefix\": \"/items\"", "/Items/1", true)]
    [InlineData("\"PathRegex\": \"/items/[a-z]\"", "/items/A", true)]
    [InlineData("\"PathRegex\": \"/items/[a-z]\"", "/items/1", false)]
    public Task A_path_is_matched_in_any_case_where_the_route_says_so(string match, string target, bool taken) =>
        AssertTaken($"{match}, \"IgnorePathCase\": true", new HttpRequestMessage(HttpMethod.Get, $"http://catalog{target}"), taken);

    [Theory]
    [InlineData("GET", true)]
    [InlineData("PUT", true)]
    [InlineData("POST", false)]
    public Task A_method_is_any_of_those_listed(string method, bool taken) =>
        AssertTaken("\"Methods\": [\"GET\", \"PUT\"]", new HttpRequestMessage(new HttpMethod(method), "http://catalog/"), taken);

    [Theory]
    [InlineData("\"beta\"", "beta", true)]
    [InlineData("\"beta\"", "Beta", false)]
    [InlineData("\"beta\"", null, false)]
    [InlineData("{ \"Prefix\": \"be\" }", "beta", true)]
    [InlineData("{ \"Prefix\": \"be\" }", "alpha", false)]
    [InlineData("{ \"Suffix\": \"TA\", \"IgnoreCase\": true }", "beta", true)]
    [InlineData("{ \"Contains\": \"et\" }", "beta", true)]
    [InlineData("{ \"Regex\": \"b.*a\" }", "beta", true)]
    [InlineData("{ \"Regex\": \"b.t\" }", "beta", false)]
    [InlineData("{ \"Range\": { \"Start\": 1, \"End\": 10 } }", "9", true)]
    [InlineData("{ \"Range\": { \"Start\": 1, \"End\": 10 } }", "10", false)]
    [InlineData("{ \"Present\": true }", "", true)]
    [InlineData("{ \"Present\": true }", null, false)]
    [InlineData("{ \"Present\": false }", null, true)]
    [InlineData("{ \"Exact\": \"beta\", \"Invert\": true }", "alpha", true)]
    [InlineData("{ \"Exact\": \"beta\", \"Invert\": true }", "beta", false)]
    public Task A_header_is_matched_in_every_form(string value, string? header, bool taken)
    {
        HttpRequestMessage request = new(HttpMethod.Get, "http://catalog/");
        if (header is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Group", header);
        }

        return AssertTaken($"\"Headers\": {{ \"x-group\": {value} }}", request, taken);
    }

    [Fact]
    public Task A_header_of_the_body_counts_as_one() => AssertTaken(
        "\"Headers\": { \"content-type\": { \"Prefix\": \"application/json\" } }",
        new HttpRequestMessage(HttpMethod.Post, "http://catalog/") { Content = new StringContent("{}", null, "application/json") },
        taken: true);

    [Fact]
    public Task A_header_with_several_values_is_matched_joined() => AssertTaken(
        "\"Headers\": { \"x-group\": \"a, b\" }",
        new HttpRequestMessage(HttpMethod.Get, "http://catalog/") { Headers = { { "x-group", ["a", "b"] } } },
        taken: true);

    [Theory]
    [InlineData("GET", "/a", true)]
    [InlineData("PUT", "/a", false)]
    [InlineData("PUT", "/b", true)]
    [InlineData("GET", "/b", true)]
    [InlineData("GET", "/c", false)]
    public Task All_conditions_of_a_match_must_hold_and_any_of_several_matches(string method, string path, bool taken) => AssertTaken(
        "\"Match\": [{ \"Path\": \"/a\", \"Methods\": [\"GET\"] }, { \"Path\": \"/b\" }]",
        new HttpRequestMessage(new HttpMethod(method), "http://catalog" + path),
        taken);

    [Fact]
    public async Task The_first_route_that_matches_is_taken()
    {
        await using Backend first = await Backend.StartAsync("first");
        await using Backend second = await Backend.StartAsync("second");
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Services(
            ("catalog", """
                "Routes": [
                  { "Match": { "PathRegex": "/items/.*" }, "To": [{ "Service": "first" }] },
                  { "Match": { "Path": "/items/1" }, "To": [{ "Service": "second" }] },
                  { "Match": { "PathPrefix": "/" }, "To": [{ "Service": "second" }] },
                  { "Match": { "Path": "/last" }, "To": [{ "Service": "first" }] } ]
                """),
            ("first", Rules.Endpoints(first.Address)),
            ("second", Rules.Endpoints(second.Address))));
        HttpClient client = mesh.Client();

        Assert.Equal("first", await client.GetStringAsync(new Uri("http://catalog/items/1"), Cancel));
        Assert.Equal("second", await client.GetStringAsync(new Uri("http://catalog/other"), Cancel));
        Assert.Equal("second", await client.GetStringAsync(new Uri("http://catalog/last"), Cancel));
    }

    [Fact]
    public async Task A_request_that_no_route_takes_is_answered_404_with_a_proxy_status()
    {
        await using Backend backend = await Backend.StartAsync();
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route("\"Match\": { \"Path\": \"/items\" }", backend.Address));
        using HttpRequestMessage request = new(HttpMethod.Delete, "http://catalog/a%22b");

        using HttpResponseMessage response = await mesh.Client().SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(
            "mesh; error=destination_not_found; details=\"No route of 'catalog' takes DELETE /a%22b.\"",
            Assert.Single(response.Headers.GetValues("Proxy-Status")));
        Assert.Same(request, response.RequestMessage);
        Assert.Equal("", await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(0, backend.Count);
    }

    [Fact]
    public async Task A_synchronous_request_that_no_route_takes_is_answered_404()
    {
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route("\"Match\": { \"Path\": \"/items\" }", "127.0.0.1:1"));
        using HttpRequestMessage request = new(HttpMethod.Get, "http://catalog/");

        using HttpResponseMessage response = mesh.Client().Send(request, Cancel);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.True(response.Headers.Contains("Proxy-Status"));
    }

    private static async Task AssertTaken(string match, HttpRequestMessage request, bool taken)
    {
        await using Backend backend = await Backend.StartAsync();
        string condition = match.StartsWith("\"Match\"", StringComparison.Ordinal) ? match : $"\"Match\": {{ {match} }}";
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route(condition, backend.Address));

        using HttpResponseMessage response = await mesh.Client().SendAsync(request, Cancel);

        Assert.Equal(taken ? HttpStatusCode.OK : HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(taken ? 1 : 0, backend.Count);
    }
}
