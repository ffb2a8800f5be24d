using System.Net;
using System.Text;
using Grpc.Core;
using Grpc.Net.Client;
using Mesh.Client.Tests.Grpc;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Client.Tests.Calls;

/// <summary>Which redirects of services are followed, and with what.</summary>
public sealed class RedirectFollowerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Status, method, the method afterwards, whether the body comes along; each by both ways.</summary>
    public static TheoryData<int, string, string, bool, bool> Methods
    {
        get
        {
            TheoryData<int, string, string, bool, bool> rows = [];
            foreach ((int status, string method, string then) in ((int, string, string)[])
            [
                (300, "POST", "GET"), (301, "POST", "GET"), (302, "POST", "GET"), (303, "POST", "GET"), (307, "POST", "POST"), (308, "POST", "POST"),
                (300, "PUT", "PUT"), (301, "PUT", "PUT"), (302, "PUT", "PUT"), (303, "PUT", "GET"), (307, "PUT", "PUT"), (308, "DELETE", "DELETE"),
                (302, "HEAD", "HEAD"), (303, "HEAD", "HEAD"), (303, "GET", "GET"),
            ])
            {
                rows.Add(status, method, then, then == method && method is "POST" or "PUT", true);
                rows.Add(status, method, then, then == method && method is "POST" or "PUT", false);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Method_and_body_change_as_the_runtime_has_it(int status, string method, string then, bool keepsBody, bool isAsync)
    {
        string? body = null;
        await using Backend backend = await Backend.StartAsync(answer: async context =>
        {
            if (context.Request.Path == "/from")
            {
                context.Response.StatusCode = status;
                context.Response.Headers.Location = "/to";
                return;
            }

            using StreamReader reader = new(context.Request.Body);
            body = await reader.ReadToEndAsync(context.RequestAborted);
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", backend.Address));
        using HttpRequestMessage request = new(new HttpMethod(method), "http://catalog/from")
        {
            Content = method is "POST" or "PUT" ? new StringContent("body") : null,
        };

        using HttpResponseMessage response = await SendAsync(mesh.Client(), request, isAsync);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal([(method, "/from"), (then, "/to")], backend.Requests.Select(seen => (seen.Method, seen.Path)));
        Assert.Equal(keepsBody ? "body" : "", body);
        await mesh.IsIdle();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_redirect_of_the_meshs_own_is_followed_to_another_service(bool isAsync)
    {
        await using Backend pricing = await Backend.StartAsync("pricing");
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Services(
            ("catalog", $$""" "Routes": [ { "Redirect": { "Hostname": "pricing", "ReplaceFullPath": "/prices" } } ], {{Rules.Endpoints("127.0.0.1:1")}} """),
            ("pricing", Rules.Endpoints(pricing.Address))));
        using HttpRequestMessage request = new(HttpMethod.Get, "http://catalog/items?page=2#top");

        using HttpResponseMessage response = await SendAsync(mesh.Client(), request, isAsync);

        Assert.Equal("pricing", await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(("/prices", "pricing"), (Assert.Single(pricing.Requests).Path, pricing.Requests.Single().Host));
        Assert.Equal("http://pricing/prices?page=2#top", response.RequestMessage!.RequestUri!.AbsoluteUri);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_may_lead_to_a_service_that_has_to_be_discovered(bool isAsync)
    {
        await using Backend pricing = await Backend.StartAsync("pricing");
        FakeDiscovery discovery = new();
        discovery["pricing"].Have(pricing.Address);
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route(""" "Redirect": { "Hostname": "pricing" } """, "127.0.0.1:1"), discovery.AddTo);
        using HttpRequestMessage request = new(HttpMethod.Get, "http://catalog/items");

        using HttpResponseMessage response = await SendAsync(mesh.Client(), request, isAsync);

        Assert.Equal("pricing", await response.Content.ReadAsStringAsync(Cancel));
    }

    [Theory]
    [InlineData("/to", "http://catalog/to#top")]
    [InlineData("to?x=1", "http://catalog/a/to?x=1#top")]
    [InlineData("//pricing/to", "http://pricing/to#top")]
    [InlineData("http://pricing/to#own", "http://pricing/to#own")]
    public async Task An_address_may_be_relative_and_inherits_the_fragment(string location, string expected)
    {
        await using Backend backend = await Backend.StartAsync(answer: Redirecting("/a/from", location));
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Services(
            ("catalog", Rules.Endpoints(backend.Address)), ("pricing", Rules.Endpoints(backend.Address))));

        using HttpResponseMessage response = await mesh.Client().GetUriAsync("http://catalog/a/from#top");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(expected, response.RequestMessage!.RequestUri!.AbsoluteUri);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_circle_ends_with_the_last_redirect(bool isAsync)
    {
        await using Backend backend = await Backend.StartAsync(answer: Redirecting("/", "/"));
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", backend.Address), builder => builder.Services.AddHttpClient("test")
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { MaxAutomaticRedirections = 3 }));
        using HttpRequestMessage request = new(HttpMethod.Get, "http://catalog/");

        using HttpResponseMessage response = await SendAsync(mesh.Client(), request, isAsync);

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        Assert.Equal("/", response.Headers.Location!.OriginalString);
        Assert.Equal(4, backend.Count);
    }

    [Fact]
    public async Task So_does_a_circle_within_the_mesh()
    {
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route(""" "Redirect": { "Scheme": "http" } """, "127.0.0.1:1"));

        using HttpResponseMessage response = await mesh.Client().GetUriAsync("http://catalog/");

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        Assert.Equal(0, mesh.InFlight());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_that_is_followed_gives_its_place_back(bool isAsync)
    {
        await using Backend backend = await Backend.StartAsync(answer: context =>
        {
            context.Response.StatusCode = context.Request.Path == "/from" ? 302 : 200;
            context.Response.Headers.Location = "/to";
            return context.Response.WriteAsync(context.Request.Path);
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog(""" "CircuitBreaker": { "MaxRequests": 1, "MaxPendingRequests": 1 } """, backend.Address));
        using HttpRequestMessage request = new(HttpMethod.Get, "http://catalog/from");

        using HttpResponseMessage response = await SendAsync(mesh.Client(), request, isAsync).InTime();

        Assert.Equal("/to", await response.Content.ReadAsStringAsync(Cancel));
        await mesh.IsIdle();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task From_https_it_is_not_followed_to_http(bool isAsync)
    {
        await using Backend backend = await Backend.StartAsync(answer: Redirecting("/from", "http://catalog/to"), tls: true, certificate: TestCertificates.Catalog);
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", backend.Address));
        using HttpRequestMessage request = new(HttpMethod.Get, "https://catalog/from");

        using HttpResponseMessage response = await SendAsync(mesh.Client(), request, isAsync);

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        Assert.Equal("http://catalog/to", response.Headers.Location!.OriginalString);
        Assert.Equal(1, backend.Count);
    }

    [Fact]
    public async Task Nor_where_https_was_chosen_of_several_schemes()
    {
        await using Backend backend = await Backend.StartAsync(answer: Redirecting("/from", "http://catalog/to"), tls: true, certificate: TestCertificates.Catalog);
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route(""" "RequestHeaders": { "Set": { "x-a": "b" } } """, $"https://{backend.Address}"));

        using HttpResponseMessage response = await mesh.Client().GetUriAsync("https+http://catalog/from");

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        Assert.Equal(1, backend.Count);
    }

    [Theory]
    [InlineData("http://catalog/to", true)]
    [InlineData("http://CATALOG:80/to", true)]
    [InlineData("https://catalog/to", true)]
    [InlineData("http://catalog:8080/to", false)]
    [InlineData("http://pricing/to", false)]
    [InlineData("http://127.0.0.1:PORT/to", false)]
    public async Task Authorization_is_for_the_first_address_and_cookies_for_the_host(string location, bool isSameHost)
    {
        await using Backend to = await Backend.StartAsync();
        await using Backend secure = await Backend.StartAsync(tls: true, certificate: TestCertificates.Catalog);
        string port = to.Address.Split(':')[1];
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Services(
            ("catalog", $$"""
                "Routes": [ { "Match": { "Path": "/from" }, "DirectResponse": { "StatusCode": 302 }, "ResponseHeaders": { "Set": { "Location": "{{location.Replace("PORT", port, StringComparison.Ordinal)}}" } } }, {} ],
                {{Rules.Endpoints($"http://{to.Address}", $"https://{secure.Address}")}}
                """),
            ("pricing", Rules.Endpoints(to.Address))));
        using HttpRequestMessage request = new(HttpMethod.Get, "http://catalog/from");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer secret");
        request.Headers.TryAddWithoutValidation("Proxy-Authorization", "Basic secret");
        request.Headers.TryAddWithoutValidation("Cookie", "session=secret");
        request.Headers.TryAddWithoutValidation("x-other", "stays");

        using HttpResponseMessage response = await mesh.Client().SendAsync(request, Cancel);

        SeenRequest seen = Assert.Single(to.Requests.Concat(secure.Requests));
        Assert.False(seen.Headers.ContainsKey("Authorization"));
        Assert.Equal((isSameHost, isSameHost), (seen.Headers.ContainsKey("Cookie"), seen.Headers.ContainsKey("Proxy-Authorization")));
        Assert.Equal("stays", seen.Headers["x-other"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_host_outside_the_mesh_gets_the_request_by_the_clients_own_handler_which_follows_further(bool isAsync)
    {
        await using Backend outside = await Backend.StartAsync(answer: Redirecting("/first", "/second"));
        await using Backend backend = await Backend.StartAsync(answer: Redirecting("/from", $"http://{outside.Address}/first"));
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", backend.Address));
        using HttpRequestMessage request = new(HttpMethod.Get, "http://catalog/from");

        using HttpResponseMessage response = await SendAsync(mesh.Client(), request, isAsync);

        Assert.Equal("arrived", await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(["/first", "/second"], outside.Requests.Select(seen => seen.Path));
        Assert.Equal(outside.Address, outside.Requests.First().Host);
    }

    [Fact]
    public async Task Not_where_it_would_show_the_host_credentials_that_are_for_every_host()
    {
        await using Backend outside = await Backend.StartAsync();
        await using Backend backend = await Backend.StartAsync(answer: Redirecting("/from", $"http://{outside.Address}/"));
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", backend.Address), builder =>
        {
            builder.Services.AddHttpClient("any").ConfigurePrimaryHttpMessageHandler(() => new HttpClientHandler { Credentials = new NetworkCredential("user", "secret") });
            builder.Services.AddHttpClient("some").ConfigurePrimaryHttpMessageHandler(() => new HttpClientHandler { Credentials = new CredentialCache() });
        });

        using HttpResponseMessage any = await mesh.Client("any").GetUriAsync("http://catalog/from");
        Assert.Equal(HttpStatusCode.Found, any.StatusCode);
        Assert.Equal(0, outside.Count);
        Assert.Equal("backend", await mesh.Client("some").GetTextAsync("http://catalog/from"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_unknown_host_is_refused_where_the_settings_say_so(bool isAsync)
    {
        await using Backend backend = await Backend.StartAsync(answer: Redirecting("/from", "http://127.0.0.1:1/"));
        await using TestMesh mesh = await TestMesh.StartAsync(
            Rules.Catalog("", backend.Address).Replace("{ \"Services\"", "{ \"Outbound\": { \"UnknownHosts\": \"Deny\" }, \"Services\"", StringComparison.Ordinal));
        using HttpRequestMessage request = new(HttpMethod.Get, "http://catalog/from");

        MeshException exception = await Assert.ThrowsAsync<MeshException>(() => SendAsync(mesh.Client(), request, isAsync));

        Assert.Equal(MeshFailureReason.UnknownHost, exception.Reason);
        await mesh.IsIdle();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task None_is_followed_where_the_clients_own_handler_follows_none(bool isHttpClientHandler)
    {
        await using Backend backend = await Backend.StartAsync(answer: Redirecting("/from", "/to"));
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", backend.Address), builder => builder.Services.AddHttpClient("test")
            .ConfigurePrimaryHttpMessageHandler(() => isHttpClientHandler
                ? new HttpClientHandler { AllowAutoRedirect = false }
                : new SocketsHttpHandler { AllowAutoRedirect = false }));

        using HttpResponseMessage response = await mesh.Client().GetUriAsync("http://catalog/from");

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
    }

    [Theory]
    [InlineData(302, null)]
    [InlineData(302, "ftp://catalog/to")]
    [InlineData(302, "ws://catalog/to")]
    [InlineData(302, "http://")]
    [InlineData(304, "/to")]
    [InlineData(305, "/to")]
    [InlineData(201, "/to")]
    public async Task What_is_no_redirect_to_a_web_address_is_handed_over(int status, string? location)
    {
        await using Backend backend = await Backend.StartAsync(answer: context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = location;
            return Task.CompletedTask;
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", backend.Address));

        using HttpResponseMessage response = await mesh.Client().GetUriAsync("http://catalog/");

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(1, backend.Count);
        await mesh.IsIdle();
    }

    [Theory]
    [InlineData(4, 200, true)]
    [InlineData(4, 200, false)]
    [InlineData(3, 307, true)]
    [InlineData(3, 307, false)]
    public async Task A_body_that_was_not_kept_hands_over_the_redirect(int limit, int expected, bool isAsync)
    {
        List<string> bodies = [];
        await using Backend backend = await Backend.StartAsync(answer: async context =>
        {
            using StreamReader reader = new(context.Request.Body);
            bodies.Add(await reader.ReadToEndAsync(context.RequestAborted));
            context.Response.StatusCode = context.Request.Path == "/third" ? 200 : 307;
            context.Response.Headers.Location = context.Request.Path == "/first" ? "/second" : "/third";
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route($$""" "Retry": { "MaxBodyBytes": {{limit}} } """, backend.Address));
        using StreamContent content = new(new MemoryStream(Encoding.UTF8.GetBytes("body")));
        using HttpRequestMessage request = new(HttpMethod.Post, "http://catalog/first") { Content = content };

        using HttpResponseMessage response = await SendAsync(mesh.Client(), request, isAsync);

        Assert.Equal(expected, (int)response.StatusCode);
        Assert.All(bodies, body => Assert.Equal("body", body));
        Assert.Equal(expected == 200 ? 3 : 1, bodies.Count);
        Assert.Same(content, request.Content);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_kept_body_goes_out_of_the_mesh_too_and_stays_the_callers(bool isAsync)
    {
        string? body = null;
        await using Backend outside = await Backend.StartAsync(answer: async context =>
        {
            using StreamReader reader = new(context.Request.Body);
            body = await reader.ReadToEndAsync(context.RequestAborted);
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route(
            $$""" "Redirect": { "Hostname": "127.0.0.1", "Port": {{outside.Address.Split(':')[1]}}, "StatusCode": 308 } """, "127.0.0.1:1"));
        using StreamContent content = new(new MemoryStream(Encoding.UTF8.GetBytes("body")));
        using HttpRequestMessage request = new(HttpMethod.Put, "http://catalog/") { Content = content };

        using HttpResponseMessage response = await SendAsync(mesh.Client(), request, isAsync);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("body", body);
        Assert.Same(content, request.Content);
    }

    [Fact]
    public async Task A_gRPC_call_is_not_followed()
    {
        await using Backend pricing = await Backend.StartAsync(answer: Redirecting("/shop.Pricing/Get", "/to"), http2: true);
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Services(("pricing", Rules.Endpoints(pricing.Address))));
        using GrpcChannel channel = GrpcChannel.ForAddress("http://pricing", new GrpcChannelOptions { HttpHandler = mesh.Mesh.CreateHandler(), DisposeHttpClient = true });

        RpcException exception = await Assert.ThrowsAsync<RpcException>(
            async () => await new Pricing.PricingClient(channel).GetAsync(new PriceRequest(), cancellationToken: Cancel));

        Assert.Equal(StatusCode.Unknown, exception.StatusCode);
        Assert.Equal(1, pricing.Count);
    }

    [Fact]
    public async Task An_upgrade_is_not_followed()
    {
        await using Backend backend = await Backend.StartAsync(answer: Redirecting("/from", "/to"));
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", backend.Address));
        using HttpRequestMessage request = new(HttpMethod.Get, "http://catalog/from");
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.ParseAdd("websocket");

        using HttpResponseMessage response = await mesh.Client().SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        Assert.Equal(1, backend.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Each_address_is_a_call_with_a_span_of_its_own(bool isAsync)
    {
        await using Backend backend = await Backend.StartAsync(answer: context =>
        {
            context.Response.StatusCode = context.Request.Path == "/from" ? 302 : 200;
            context.Response.Headers.Location = "http://pricing/to";
            return context.Response.WriteAsync("body");
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Services(
            ("catalog", Rules.Endpoints(backend.Address)), ("pricing", Rules.Endpoints(backend.Address))));
        using SpanRecorder spans = new();
        using HttpRequestMessage request = new(HttpMethod.Get, "http://catalog/from");

        using (HttpResponseMessage response = await SendAsync(mesh.Client(), request, isAsync))
        {
            Assert.Equal("body", await response.Content.ReadAsStringAsync(Cancel));
        }

        Assert.Equal(["mesh catalog", "mesh pricing"], spans.Calls.Select(span => span.DisplayName));
        Assert.All(spans.Calls, span => Assert.Equal(spans.Root.SpanId, span.ParentSpanId));
        Assert.Equal(spans.Calls.Select(span => span.SpanId), spans.Attempts.Select(span => span.ParentSpanId));
        Assert.Equal(2, backend.Requests.Select(seen => seen.Headers["traceparent"]).Distinct().Count());
    }

    [Fact]
    public async Task A_handler_of_the_mesh_follows_too()
    {
        await using Backend backend = await Backend.StartAsync(answer: Redirecting("/from", "/to"));
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", backend.Address));
        using HttpClient client = new(mesh.Mesh.CreateHandler());

        Assert.Equal("arrived", await client.GetTextAsync("http://catalog/from"));
        Assert.Equal("arrived", client.SendText("http://catalog/from"));
    }

    private static RequestDelegate Redirecting(string path, string location) => context =>
    {
        if (context.Request.Path != path)
        {
            return context.Response.WriteAsync("arrived");
        }

        context.Response.Redirect(location);
        return Task.CompletedTask;
    };

    // The synchronous way blocks its thread.
    private static Task<HttpResponseMessage> SendAsync(HttpClient client, HttpRequestMessage request, bool isAsync) =>
        isAsync ? client.SendAsync(request, Cancel) : Task.Run(() => client.Send(request, Cancel), Cancel);
}
