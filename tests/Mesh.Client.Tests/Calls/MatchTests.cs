using System.Diagnostics;
using System.Net;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;

namespace Mesh.Client.Tests.Calls;

/// <summary>Routes by what a request carries besides path, method and headers, and by who calls.</summary>
public sealed class MatchTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("\"beta\"", "?group=beta", true)]
    [InlineData("\"beta\"", "?id=7&group=beta#top", true)]
    [InlineData("\"beta\"", "?group=alpha", false)]
    [InlineData("\"beta\"", "", false)]
    [InlineData("\"b & a\"", "?group=b%20%26+a", true)]
    [InlineData("\"é\"", "?group=é", true)]
    [InlineData("\"beta\"", "?group=alpha&group=beta", true)]
    [InlineData("{}", "?group", true)]
    [InlineData("{}", "?groups", false)]
    [InlineData("{ \"Present\": false }", "?groups", true)]
    [InlineData("{ \"Prefix\": \"BE\", \"IgnoreCase\": true }", "?group=beta", true)]
    [InlineData("{ \"Suffix\": \"ta\" }", "?group=beta", true)]
    [InlineData("{ \"Contains\": \"et\" }", "?group=beta", true)]
    [InlineData("{ \"Regex\": \"b.*\" }", "?group=beta", true)]
    [InlineData("{ \"Range\": { \"Start\": 1, \"End\": 10 } }", "?group=10", false)]
    [InlineData("{ \"Exact\": \"beta\", \"Invert\": true }", "?group=alpha&group=beta", false)]
    public Task A_query_parameter_is_matched_in_every_form(string value, string query, bool taken) =>
        AssertTaken($"\"QueryParameters\": {{ \"group\": {value} }}", Get("http://catalog/" + query), taken);

    [Theory]
    [InlineData("\"beta\"", "group=beta", true)]
    [InlineData("\"beta\"", "id=7; group=\"beta\"", true)]
    [InlineData("\"beta\"", "id=7; group=alpha", false)]
    [InlineData("\"beta\"", null, false)]
    [InlineData("{}", "group=", true)]
    [InlineData("{}", "id=7", false)]
    [InlineData("{ \"Present\": false }", null, true)]
    [InlineData("{ \"Prefix\": \"BE\", \"IgnoreCase\": true }", "group=beta", true)]
    [InlineData("{ \"Range\": { \"Start\": 1, \"End\": 10 } }", "group=9", true)]
    [InlineData("{ \"Exact\": \"beta\", \"Invert\": true }", "group=beta", false)]
    public Task A_cookie_is_matched_in_every_form(string value, string? cookie, bool taken)
    {
        HttpRequestMessage request = Get("http://catalog/");
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        return AssertTaken($"\"Cookies\": {{ \"group\": {value} }}", request, taken);
    }

    [Fact]
    public Task Cookies_may_stand_in_several_headers() => AssertTaken(
        "\"Cookies\": { \"id\": \"7\", \"group\": \"beta\", \"last\": {} }",
        new HttpRequestMessage(HttpMethod.Get, "http://catalog/") { Headers = { { "Cookie", ["id=7", "group=beta", "last=1"] } } },
        taken: true);

    [Theory]
    [InlineData("\"gold\"", "tenant=gold", true)]
    [InlineData("\"gold\"", "user=ann , tenant = gold;ttl=1", true)]
    [InlineData("\"gold\"", "tenant=iron", false)]
    [InlineData("\"gold\"", null, false)]
    [InlineData("\"a, b\"", "tenant=a%2C%20b", true)]
    [InlineData("{ \"Regex\": \"G.*\", \"IgnoreCase\": true }", "tenant=gold", true)]
    [InlineData("{ \"Present\": false }", "user=ann", true)]
    public Task Baggage_of_the_request_is_matched(string value, string? baggage, bool taken)
    {
        HttpRequestMessage request = Get("http://catalog/");
        if (baggage is not null)
        {
            request.Headers.Add("baggage", baggage);
        }

        return AssertTaken($"\"Baggage\": {{ \"tenant\": {value} }}", request, taken);
    }

    [Fact]
    public Task Baggage_may_stand_in_several_headers() => AssertTaken(
        "\"Baggage\": { \"user\": \"ann\", \"tenant\": \"gold\" }",
        new HttpRequestMessage(HttpMethod.Get, "http://catalog/") { Headers = { { "baggage", ["user=ann;ttl=1", "tenant=gold"] } } },
        taken: true);

    [Theory]
    [InlineData("gold", true)]
    [InlineData("iron", false)]
    public async Task Baggage_of_the_current_activity_is_matched(string tenant, bool taken)
    {
        using Activity activity = new Activity("inbound").AddBaggage("tenant", tenant).Start();

        await AssertTaken("\"Baggage\": { \"tenant\": \"gold\" }", Get("http://catalog/"), taken);
    }

    [Fact]
    public async Task Baggage_of_an_outer_activity_is_matched_too()
    {
        using Activity outer = new Activity("inbound").AddBaggage("tenant", "a, b").Start();
        using Activity inner = new Activity("work").Start();

        await AssertTaken("\"Baggage\": { \"tenant\": \"a, b\" }", Get("http://catalog/"), taken: true);
    }

    /// <summary>What the first caller put into its baggage decides about a call two processes on, without code in between.</summary>
    [Fact]
    public async Task Baggage_of_an_inbound_request_is_matched_in_the_calls_that_it_causes()
    {
        await using Backend catalog = await Backend.StartAsync("catalog");
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route("\"Match\": { \"Baggage\": { \"tenant\": \"a, b\" } }", catalog.Address));
        await using Backend front = await Backend.StartAsync("front", async context =>
            await context.Response.WriteAsync(await mesh.Client().GetTextAsync("http://catalog/")));
        using Activity caller = new Activity("caller").AddBaggage("tenant", "a, b").Start();
        using ActivityListener inbound = new()
        {
            ShouldListenTo = static source => source.Name == "Microsoft.AspNetCore",
            Sample = (ref options) => options.Parent.TraceId == caller.TraceId ? ActivitySamplingResult.PropagationData : ActivitySamplingResult.None,
        };
        ActivitySource.AddActivityListener(inbound);
        using HttpClient plain = new();

        Assert.Equal("catalog", await plain.GetTextAsync($"http://{front.Address}/"));
    }

    [Theory]
    [InlineData("\"Service\": \"web\"", "", true)]
    [InlineData("\"Service\": \"api\"", "", false)]
    [InlineData("\"Service\": \"api\"", "\"Name\": \"api\"", true)]
    [InlineData("\"Service\": \"api.shop\"", "\"Name\": \"api\", \"Namespace\": \"shop\"", true)]
    [InlineData("\"Service\": \"api\", \"Namespace\": \"shop\"", "\"Name\": \"api\"", false)]
    [InlineData("\"Namespace\": \"default\"", "", true)]
    [InlineData("\"Labels\": { \"track\": \"canary\" }", "\"Labels\": { \"track\": \"canary\", \"zone\": \"a\" }", true)]
    [InlineData("\"Labels\": { \"track\": \"canary\" }", "\"Labels\": { \"track\": \"stable\" }", false)]
    [InlineData("\"Labels\": { \"track\": \"canary\" }", "", false)]
    public async Task The_caller_is_who_the_settings_say_or_the_application(string source, string identity, bool taken)
    {
        await using Backend backend = await Backend.StartAsync();
        await using TestMesh mesh = await TestMesh.StartAsync(CallerRules(source, identity, backend));

        using HttpResponseMessage response = await mesh.Client().GetUriAsync("http://catalog/");

        Assert.Equal(taken ? HttpStatusCode.OK : HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task A_caller_whose_labels_change_has_other_routes()
    {
        await using Backend backend = await Backend.StartAsync();
        await using TestMesh mesh = await TestMesh.StartAsync(CallerRules("\"Labels\": { \"track\": \"canary\" }", "", backend));
        using HttpResponseMessage before = await mesh.Client().GetUriAsync("http://catalog/");

        mesh.Change(CallerRules("\"Labels\": { \"track\": \"canary\" }", "\"Labels\": { \"track\": \"canary\" }", backend));

        Assert.Equal(HttpStatusCode.NotFound, before.StatusCode);
        Assert.Equal("backend", await mesh.Client().GetTextAsync("http://catalog/"));
    }

    [Theory]
    [InlineData("0", 0, 0)]
    [InlineData("50", 120, 280)]
    [InlineData("100", 400, 400)]
    public async Task A_share_of_the_requests_that_match_is_drawn(string percent, int least, int most)
    {
        await using Backend some = await Backend.StartAsync("some");
        await using Backend rest = await Backend.StartAsync("rest");
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Services(
            ("catalog", $$"""
                "Routes": [
                  { "Match": { "Path": "/items", "Percent": {{percent}} }, "To": [{ "Service": "some" }] },
                  { "To": [{ "Service": "rest" }] } ]
                """),
            ("some", Rules.Endpoints(some.Address)),
            ("rest", Rules.Endpoints(rest.Address))));

        for (int i = 0; i < 400; i++)
        {
            await mesh.Client().GetTextAsync("http://catalog/items");
        }

        // What does not match otherwise is never drawn.
        Assert.Equal("rest", await mesh.Client().GetTextAsync("http://catalog/other"));
        Assert.InRange(some.Count, least, most);
        Assert.Equal(401, some.Count + rest.Count);
    }

    [Fact]
    public async Task Routes_keyed_by_name_are_tried_by_their_order()
    {
        await using Backend testers = await Backend.StartAsync("testers");
        await using Backend readers = await Backend.StartAsync("readers");
        await using Backend rest = await Backend.StartAsync("rest");
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Services(
            ("catalog", """
                "Routes": {
                  "all": { "Order": 10, "To": { "rest": { "Service": "rest" } } },
                  "readers": { "Match": { "Methods": ["GET"], "QueryParameters": { "q": {} } }, "To": { "readers": { "Service": "readers" } } },
                  "testers": { "Order": -1, "Match": { "Cookies": { "tester": "1" } }, "To": { "testers": { "Service": "testers" } } } }
                """),
            ("testers", Rules.Endpoints(testers.Address)),
            ("readers", Rules.Endpoints(readers.Address)),
            ("rest", Rules.Endpoints(rest.Address))));
        using HttpRequestMessage tester = Get("http://catalog/?q=1");
        tester.Headers.Add("Cookie", "tester=1");

        using HttpResponseMessage response = await mesh.Client().SendAsync(tester, Cancel);

        Assert.Equal("testers", await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("readers", await mesh.Client().GetTextAsync("http://catalog/?q=1"));
        Assert.Equal("rest", await mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Equal(["testers", "readers", "all"], mesh.Service().Routes);
        Assert.Empty(mesh.Logs.Of("RoutesUnreachable"));
    }

    private static string CallerRules(string source, string identity, Backend backend) => $$"""
        { "Service": { {{identity}} },
          "Services": { "catalog": { "Endpoints": ["{{backend.Address}}"], "Routes": [{ "Match": { "Source": { {{source}} } } }] } } }
        """;

    private static HttpRequestMessage Get(string uri) => new(HttpMethod.Get, uri);

    private static async Task AssertTaken(string match, HttpRequestMessage request, bool taken)
    {
        await using Backend backend = await Backend.StartAsync();
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route($"\"Match\": {{ {match} }}", backend.Address));

        using HttpResponseMessage response = await mesh.Client().SendAsync(request, Cancel);

        Assert.Equal(taken ? HttpStatusCode.OK : HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(taken ? 1 : 0, backend.Count);
    }
}
