using System.Diagnostics.Metrics;
using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Mesh.Client.Tests.Grpc;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace Mesh.Client.Tests.Calls;

/// <summary>What a route does to its requests and answers besides sending them on.</summary>
public sealed class RouteFilterTests
{
    private readonly WatchedTime _time = new(DateTimeOffset.UnixEpoch);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Under_load_faults_hold_up_their_own_calls_alone()
    {
        const int Calls = 400;
        await using Backend backend = await Backend.StartAsync();
        await using TestMesh mesh = await StartAsync(Rules.Catalog(
            """
            "CircuitBreaker": { "MaxRequests": 8 },
            "Routes": [ { "Fault": { "Delay": { "FixedDelay": "1h", "Percent": 50 }, "Abort": { "StatusCode": 418, "Percent": 25 } } } ]
            """,
            backend.Address));
        HttpClient client = mesh.Client();
        Task<HttpResponseMessage>[] calls = [.. Enumerable.Range(0, Calls).Select(_ => client.GetAsync(new Uri("http://catalog/"), Cancel))];

        // The clock stands still, and about half of the calls with it. Were they to hold places, the others would wait for them.
        await Eventually.Holds(() => calls.Count(call => call.IsCompleted) > Calls / 3);
        Assert.NotEqual(Calls, calls.Count(call => call.IsCompleted));
        await Eventually.Holds(() =>
        {
            _time.Advance(TimeSpan.FromHours(1));
            return Array.TrueForAll(calls, call => call.IsCompleted);
        });

        HttpResponseMessage[] answers = await Task.WhenAll(calls);
        int aborted = answers.Count(answer => (int)answer.StatusCode == 418);
        Assert.InRange(aborted, Calls / 10, Calls / 2);
        Assert.Equal(Calls, aborted + answers.Count(answer => answer.StatusCode == HttpStatusCode.OK));
        Assert.Equal(Calls - aborted, backend.Count);
        Assert.Equal(0, mesh.InFlight());
        Array.ForEach(answers, answer => answer.Dispose());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_direct_response_is_the_answer_and_nothing_is_called(bool isAsync)
    {
        await using Backend backend = await Backend.StartAsync();
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route(
            """ "Name": "gone", "DirectResponse": { "StatusCode": 410, "Body": "<p>gone</p>", "ContentType": "text/html" } """, backend.Address));
        using HttpRequestMessage request = new(HttpMethod.Get, "http://catalog/");
        HttpClient client = mesh.Client();

        using HttpResponseMessage response = isAsync ? await client.SendAsync(request, Cancel) : client.Send(request, Cancel);

        Assert.Equal(HttpStatusCode.Gone, response.StatusCode);
        Assert.Equal("<p>gone</p>", await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("text/html", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("mesh; error=proxy_internal_response; details=\"Route 'gone' answers it: DirectResponse.\"", response.Headers.GetValues("Proxy-Status").Single());
        Assert.Same(request, response.RequestMessage);
        Assert.Equal(0, backend.Count);
        Assert.Equal(0, mesh.InFlight());
    }

    [Theory]
    [InlineData("\"GrpcStatus\": 5", StatusCode.NotFound)]
    [InlineData("\"StatusCode\": 503", StatusCode.Unavailable)]
    [InlineData("\"StatusCode\": 403", StatusCode.PermissionDenied)]
    [InlineData("\"StatusCode\": 418", StatusCode.Unknown)]
    public async Task To_a_grpc_call_it_is_a_status(string status, StatusCode expected)
    {
        await using TestMesh mesh = await TestMesh.StartAsync(Pricing($$"""[ { "DirectResponse": { {{status}} } } ]""", "127.0.0.1:1"));

        RpcException exception = await FailAsync(mesh);

        Assert.Equal(expected, exception.StatusCode);
        Assert.Contains("proxy_internal_response", exception.Trailers.GetValue("proxy-status"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_grpc_status_is_its_http_status_to_any_other_call()
    {
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route(""" "DirectResponse": { "GrpcStatus": 14 } """, "127.0.0.1:1"));

        using HttpResponseMessage response = await mesh.Client().GetUriAsync("http://catalog/");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    [Fact]
    public async Task An_answer_of_the_meshs_own_is_a_call_without_an_attempt()
    {
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route(
            """ "Name": "down", "DirectResponse": { "StatusCode": 503 }, "Retry": { "Attempts": 2 } """, "127.0.0.1:1"));
        IMeterFactory meters = mesh.Services.GetRequiredService<IMeterFactory>();
        using MetricCollector<double> calls = new(meters, "Mesh.Client", "mesh.client.call.duration");
        using MetricCollector<double> attempts = new(meters, "Mesh.Client", "mesh.client.attempt.duration");

        using HttpResponseMessage response = await mesh.Client().GetUriAsync("http://catalog/");

        CollectedMeasurement<double> call = Assert.Single(calls.GetMeasurementSnapshot());
        Assert.Equal(("down", "failure", "503"), (call.Tags["mesh.route"], call.Tags["mesh.outcome"], call.Tags["mesh.reason"]));
        Assert.Empty(attempts.GetMeasurementSnapshot());
    }

    [Fact]
    public async Task Request_headers_are_set_added_and_removed_on_every_attempt_and_the_request_stays_the_callers()
    {
        await using Backend backend = await Backend.StartAsync(answer: context =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route(
            """
            "RequestHeaders": { "Set": { "x-set": "new", "content-language": "eo" }, "Add": { "x-add": "two", "x-fresh": "" }, "Remove": ["x-gone", "content-md5"] },
            "Retry": { "Attempts": 1, "NonIdempotent": true }
            """,
            backend.Address));
        using HttpRequestMessage request = new(HttpMethod.Post, "http://catalog/") { Content = new StringContent("body") };
        request.Headers.TryAddWithoutValidation("x-set", ["a", "b"]);
        request.Headers.TryAddWithoutValidation("x-add", "one");
        request.Headers.TryAddWithoutValidation("x-gone", "here");
        request.Content.Headers.TryAddWithoutValidation("content-md5", "xyz");

        // Sending it computes this one.
        Assert.Equal(4, request.Content.Headers.ContentLength);
        string before = Text(request);
        HttpClient client = mesh.Client();

        using HttpResponseMessage response = await client.SendAsync(request, Cancel);

        Assert.Equal(2, backend.Count);
        foreach (SeenRequest seen in backend.Requests)
        {
            Assert.Equal(("new", "one,two", "eo"), (seen.Headers["x-set"], seen.Headers["x-add"].Replace(" ", "", StringComparison.Ordinal), seen.Headers["content-language"]));
            Assert.True(seen.Headers.ContainsKey("x-fresh"));
            Assert.False(seen.Headers.ContainsKey("x-gone") || seen.Headers.ContainsKey("content-md5"));
        }

        Assert.Equal(before, Text(request));

        static string Text(HttpRequestMessage request) =>
            string.Join('\n', request.Headers.NonValidated.Concat(request.Content!.Headers.NonValidated)
                .Select(header => $"{header.Key}: {string.Join('|', header.Value)}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData(", \"DirectResponse\": { \"StatusCode\": 200, \"Body\": \"own\" }")]
    public async Task Response_headers_are_edited_on_every_answer(string action)
    {
        await using Backend backend = await Backend.StartAsync(answer: context =>
        {
            context.Response.Headers["x-powered-by"] = "luck";
            context.Response.Headers["x-add"] = "one";
            context.Response.ContentType = "text/plain";
            return context.Response.WriteAsync("theirs");
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route(
            $$""" "ResponseHeaders": { "Set": { "content-type": "application/x-own" }, "Add": { "x-add": "two" }, "Remove": ["x-powered-by"] } {{action}} """, backend.Address));

        using HttpResponseMessage response = await mesh.Client().GetUriAsync("http://catalog/");

        Assert.Equal(action.Length == 0 ? "theirs" : "own", await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("application/x-own", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(action.Length == 0 ? ["one", "two"] : ["two"], response.Headers.GetValues("x-add"));
        Assert.False(response.Headers.Contains("x-powered-by"));
    }

    [Theory]
    [InlineData("""{ "ReplaceFullPath": "/v2" }""", "/v1/items/7?page=2", "/v2")]
    [InlineData("""{ "ReplacePrefixMatch": "/v2" }""", "/v1/items/7?page=2", "/v2/items/7")]
    [InlineData("""{ "ReplacePrefixMatch": "/v2/" }""", "/v1/items", "/v2/items")]
    [InlineData("""{ "ReplacePrefixMatch": "/" }""", "/v1/items", "/items")]
    [InlineData("""{ "ReplacePrefixMatch": "/" }""", "/v1", "/")]
    [InlineData("""{ "ReplacePrefixMatch": "/v2" }""", "/v1", "/v2")]
    [InlineData("""{ "ReplacePrefixMatch": "/v2" }""", "/v1/a%2Fb%20c", "/v2/a%2Fb%20c")]
    [InlineData("""{ "Regex": { "Pattern": "^/v1/([a-z]+)/([0-9]+)$", "Substitution": "/$2/$1" } }""", "/v1/items/7?page=2", "/7/items")]
    [InlineData("""{ "Regex": { "Pattern": "^/v1/", "Substitution": "" } }""", "/v1/items", "/items")]
    [InlineData("""{ "Regex": { "Pattern": "nowhere", "Substitution": "x" } }""", "/v1/items", "/v1/items")]
    public async Task The_path_is_rewritten_and_the_query_stays(string rewrite, string asked, string sent)
    {
        string query = "";
        await using Backend backend = await Backend.StartAsync(answer: context =>
        {
            query = context.Request.QueryString.Value!;
            return Task.CompletedTask;
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route($$""" "Match": { "PathPrefix": "/v1" }, "Rewrite": {{rewrite}} """, backend.Address));
        using HttpRequestMessage request = new(HttpMethod.Get, "http://catalog" + asked);

        using HttpResponseMessage response = await mesh.Client().SendAsync(request, Cancel);

        Assert.Equal(sent, Assert.Single(backend.Requests).Path);
        Assert.Equal(asked.Contains('?', StringComparison.Ordinal) ? "?page=2" : "", query);
        Assert.Equal("http://catalog" + asked, request.RequestUri!.OriginalString);
        Assert.Equal("catalog", Assert.Single(backend.Requests).Host);
    }

    [Fact]
    public async Task The_host_header_is_rewritten_and_the_endpoint_stays()
    {
        await using Backend backend = await Backend.StartAsync();
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route(""" "Rewrite": { "Hostname": "legacy.example" } """, backend.Address));
        using HttpRequestMessage request = new(HttpMethod.Get, "http://catalog/");

        using HttpResponseMessage response = await mesh.Client().SendAsync(request, Cancel);

        Assert.Equal("legacy.example", Assert.Single(backend.Requests).Host);
        Assert.Null(request.Headers.Host);
    }

    [Theory]
    [InlineData("\"StatusCode\": 503", HttpStatusCode.ServiceUnavailable)]
    [InlineData("\"GrpcStatus\": 16", HttpStatusCode.Unauthorized)]
    public async Task An_abort_is_the_answer_and_is_not_retried(string abort, HttpStatusCode expected)
    {
        await using Backend backend = await Backend.StartAsync();
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route(
            $$""" "Fault": { "Abort": { {{abort}}, "Percent": 100 } }, "Retry": { "Attempts": 3, "On": ["5xx"] } """, backend.Address));

        using HttpResponseMessage response = await mesh.Client().GetUriAsync("http://catalog/");

        Assert.Equal(expected, response.StatusCode);
        Assert.Contains("Fault:Abort", response.Headers.GetValues("Proxy-Status").Single(), StringComparison.Ordinal);
        Assert.Equal(0, backend.Count);
        Assert.Equal(0, mesh.InFlight());
    }

    [Fact]
    public async Task To_a_grpc_call_an_abort_is_a_status()
    {
        await using TestMesh mesh = await TestMesh.StartAsync(Pricing("""[ { "Fault": { "Abort": { "GrpcStatus": 8 } } } ]""", "127.0.0.1:1"));

        Assert.Equal(StatusCode.ResourceExhausted, (await FailAsync(mesh)).StatusCode);
    }

    [Fact]
    public async Task As_many_are_aborted_as_the_percentage_says()
    {
        await using Backend backend = await Backend.StartAsync();
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route(""" "Fault": { "Abort": { "StatusCode": 500, "Percent": 30 } } """, backend.Address));
        HttpClient client = mesh.Client();
        int aborted = 0;
        for (int call = 0; call < 1_000; call++)
        {
            using HttpResponseMessage response = await client.GetUriAsync("http://catalog/");
            aborted += response.StatusCode == HttpStatusCode.InternalServerError ? 1 : 0;
        }

        // Five standard deviations: sqrt(1000 · 0.3 · 0.7) is 14.5.
        Assert.InRange(aborted, 227, 373);
        Assert.Equal(1_000 - aborted, backend.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_delay_comes_before_the_request_is_sent(bool isAsync)
    {
        await using Backend backend = await Backend.StartAsync();
        await using TestMesh mesh = await StartAsync(Rules.Route(""" "Fault": { "Delay": { "FixedDelay": "3s" } } """, backend.Address));
        HttpClient client = mesh.Client();

        Task<string> call = isAsync ? client.GetTextAsync("http://catalog/") : Task.Run(() => client.SendText("http://catalog/"), Cancel);
        Assert.Equal(TimeSpan.FromSeconds(3), await _time.NextWait());
        Assert.Equal(0, backend.Count);
        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal("backend", await call.InTime());

        // It is the mesh's own, and no endpoint's.
        Assert.InRange(mesh.Endpoint(backend.Address).Latency!.Value, TimeSpan.Zero, TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task A_delay_is_under_the_routes_time_and_counts_against_nobody()
    {
        await using Backend backend = await Backend.StartAsync();
        await using TestMesh mesh = await StartAsync(Rules.Route(""" "Timeout": "1s", "Fault": { "Delay": { "FixedDelay": "3s" } } """, backend.Address));

        Task<string> call = mesh.Client().GetTextAsync("http://catalog/");
        await _time.NextWait();
        _time.Advance(TimeSpan.FromSeconds(1));

        TaskCanceledException exception = await Assert.ThrowsAsync<TaskCanceledException>(() => call.InTime());
        Assert.IsType<TimeoutException>(exception.InnerException);
        Assert.Equal(0, backend.Count);
        Assert.Equal(0, mesh.InFlight());
    }

    [Theory]
    [InlineData("x-envoy-fault-abort-request", "418", true, 418)]
    [InlineData("x-envoy-fault-abort-grpc-request", "5", true, 404)]
    [InlineData("x-envoy-fault-abort-request", "418", false, 200)]
    [InlineData("x-envoy-fault-abort-request", "99", true, 200)]
    [InlineData("x-envoy-fault-abort-request", "teapot", true, 200)]
    [InlineData("x-envoy-fault-abort-grpc-request", "17", true, 200)]
    [InlineData("x-envoy-fault-delay-request", "-1", true, 200)]
    [InlineData("x-envoy-fault-delay-request", "999999999999", true, 200)]
    public async Task A_request_may_ask_for_trouble_where_it_is_allowed_to(string header, string value, bool isAllowed, int expected)
    {
        await using Backend backend = await Backend.StartAsync();
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route(
            $$""" "Fault": { "AllowHeaders": {{(isAllowed ? "true" : "false")}} } """, backend.Address));
        using HttpRequestMessage request = new(HttpMethod.Get, "http://catalog/");
        request.Headers.TryAddWithoutValidation(header, value);

        using HttpResponseMessage response = await mesh.Client().SendAsync(request, Cancel);

        Assert.Equal(expected, (int)response.StatusCode);
    }

    [Fact]
    public async Task It_may_ask_for_a_delay()
    {
        await using Backend backend = await Backend.StartAsync();
        await using TestMesh mesh = await StartAsync(Rules.Route(""" "Fault": { "AllowHeaders": true } """, backend.Address));
        using HttpRequestMessage request = new(HttpMethod.Get, "http://catalog/");
        request.Headers.TryAddWithoutValidation("x-envoy-fault-delay-request", "1500");

        Task<HttpResponseMessage> call = mesh.Client().SendAsync(request, Cancel);
        Assert.Equal(TimeSpan.FromMilliseconds(1500), await _time.NextWait());
        _time.Advance(TimeSpan.FromMilliseconds(1500));

        using HttpResponseMessage response = await call.InTime();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static string Pricing(string routes, string address) =>
        Rules.Services(("pricing", $"\"Routes\": {routes}, {Rules.Endpoints(address)}"));

    private static async Task<RpcException> FailAsync(TestMesh mesh)
    {
        using GrpcChannel channel = GrpcChannel.ForAddress("http://pricing", new GrpcChannelOptions { HttpHandler = mesh.Mesh.CreateHandler(), DisposeHttpClient = true });
        return await Assert.ThrowsAsync<RpcException>(
            async () => await new Pricing.PricingClient(channel).GetAsync(new PriceRequest(), cancellationToken: Cancel));
    }

    private async Task<TestMesh> StartAsync(string rules)
    {
        TestMesh mesh = await TestMesh.StartAsync(rules, builder => builder.Services.AddSingleton<TimeProvider>(_time));
        _time.Forget();
        return mesh;
    }
}
