using System.Net;
using Mesh.Client.Hosting;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Tests.Hosting;

/// <summary>What becomes of the handler that a client has without the mesh.</summary>
public sealed class PrimaryHandlerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Primaries => ["default", "SocketsHttpHandler", "HttpClientHandler"];

    [Theory]
    [MemberData(nameof(Primaries))]
    public async Task Cookies_are_kept_for_other_hosts_and_not_for_services(string primary)
    {
        await using Backend backend = await Backend.StartAsync("one", SetCookie);
        await using TestApp app = await StartAsync(primary, backend);
        using HttpClient client = app.Client("test");

        foreach (string host in (string[])[$"127.0.0.1:{PortOf(backend)}", $"localhost:{PortOf(backend)}", "catalog"])
        {
            await client.GetTextAsync($"http://{host}/");
            await client.GetTextAsync($"http://{host}/");
        }

        Assert.Equal(
            [null, "seen=1", null, "seen=1", null, null],
            backend.Requests.Select(request => request.Headers.GetValueOrDefault("Cookie")));
    }

    [Theory]
    [MemberData(nameof(Primaries))]
    public async Task Redirects_are_followed_for_other_hosts_and_for_services(string primary)
    {
        await using Backend backend = await Backend.StartAsync("one", Redirect);
        await using TestApp app = await StartAsync(primary, backend);
        using HttpClient client = app.Client("test");

        using HttpResponseMessage outside = await client.GetUriAsync($"http://localhost:{PortOf(backend)}/from");
        using HttpResponseMessage inside = await client.GetUriAsync("http://catalog/from");

        Assert.Equal("arrived", await outside.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("arrived", await inside.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(["/from", "/to", "/from", "/to"], backend.Requests.Select(request => request.Path));
    }

    [Fact]
    public async Task A_proxy_is_used_for_other_hosts_and_not_for_services()
    {
        await using Backend backend = await Backend.StartAsync("service");
        await using Backend proxy = await Backend.StartAsync("proxy");
        await using TestApp app = await TestApp.StartAsync(builder =>
        {
            builder.Configuration.AddPairs(("Mesh:Services:catalog:Endpoints:0", backend.Address));
            builder.Services.AddHttpClient("test").ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { Proxy = new WebProxy(proxy.Address) });
            builder.AddServiceMesh();
        });
        using HttpClient client = app.Client("test");

        Assert.Equal("service", await client.GetTextAsync("http://catalog/"));
        Assert.Equal("proxy", await client.GetTextAsync("http://outside.example/"));
        Assert.Equal("outside.example", Assert.Single(proxy.Requests).Host);
    }

    [Fact]
    public async Task What_a_client_says_of_certificates_holds_for_other_hosts_and_not_for_services()
    {
        await using Backend backend = await Backend.StartAsync("one", tls: true);
        await using TestApp app = await TestApp.StartAsync(builder =>
        {
            builder.Configuration.AddPairs(("Mesh:Services:catalog:Endpoints:0", backend.Address));
            builder.Services.AddHttpClient("test").ConfigurePrimaryHttpMessageHandler(() => new HttpClientHandler
            {
                ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator,
            });
            builder.AddServiceMesh();
        });
        using HttpClient client = app.Client("test");

        Assert.Equal("one", await client.GetTextAsync($"https://127.0.0.1:{PortOf(backend)}/"));
        MeshException exception = await Assert.ThrowsAsync<MeshException>(() => client.GetTextAsync("https://catalog/"));
        Assert.Equal(MeshFailureReason.ConnectFailure, exception.Reason);
    }

    [Fact]
    public async Task A_handler_of_the_clients_own_sits_above_the_mesh_and_sees_the_name()
    {
        await using Backend backend = await Backend.StartAsync("one");
        List<string> seen = [];
        await using TestApp app = await TestApp.StartAsync(builder =>
        {
            builder.Configuration.AddPairs(("Mesh:Services:catalog:Endpoints:0", backend.Address));
            builder.Services.AddHttpClient("test").AddHttpMessageHandler(() => new Tap(seen));
            builder.AddServiceMesh();
        });

        await app.Client("test").GetTextAsync("http://catalog/items");

        Assert.Equal(["http://catalog/items"], seen);
    }

    [Fact]
    public async Task A_stub_wins_and_is_logged_once_for_each_client()
    {
        await using TestApp app = await TestApp.StartAsync(builder =>
        {
            builder.AddServiceMesh();
            builder.Services.AddHttpClient("first").ConfigurePrimaryHttpMessageHandler(() => new Stub());
            builder.Services.AddHttpClient("second").ConfigurePrimaryHttpMessageHandler(() => new Stub());
        });

        Assert.Equal("stub", await app.Client("first").GetTextAsync("http://catalog/"));
        Assert.Equal("stub", await app.Client("second").GetTextAsync("http://catalog/"));

        // What the factory does when a handler's lifetime is over.
        Build(app, "first", new Stub());

        Assert.Equal(["first", "second"], app.Logs.Of("ClientNotMeshed").Select(line => line.GetStructuredStateValue("Client")));
        Assert.All(app.Logs.Of("ClientNotMeshed"), line => Assert.Equal(LogLevel.Information, line.Level));
        Assert.All(app.Logs.Of("ClientNotMeshed"), line => Assert.Contains(nameof(Stub), line.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_subclass_of_a_known_handler_counts_as_the_clients_own()
    {
        await using TestApp app = await TestApp.StartAsync(builder =>
        {
            builder.AddServiceMesh();
            builder.Services.AddHttpClient("test").ConfigurePrimaryHttpMessageHandler(() => new StubbedClientHandler());
        });

        Assert.Equal("stub", await app.Client("test").GetTextAsync("http://catalog/"));
    }

    [Fact]
    public async Task What_was_learnt_survives_the_factorys_rotation_of_handlers()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using TestApp app = await StartAsync("default", backend);
        await app.Client("test").GetTextAsync("http://catalog/");

        HttpMessageHandler old = Build(app, "test", new SocketsHttpHandler());
        old.Dispose();
        using HttpMessageInvoker invoker = new(Build(app, "test", new SocketsHttpHandler()));
        using HttpRequestMessage request = new(HttpMethod.Get, "http://catalog/");
        using HttpResponseMessage response = await invoker.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        EndpointDescription endpoint = Assert.Single(Assert.Single(app.Mesh.Describe().Services).Endpoints);
        Assert.NotNull(endpoint.Latency);
    }

    [Fact]
    public async Task The_synchronous_Send_reaches_services_and_other_hosts()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using TestApp app = await StartAsync("default", backend);
        using HttpClient client = app.Client("test");

        Assert.Equal("one", client.SendText("http://catalog/"));
        Assert.Equal("one", client.SendText($"http://{backend.Address}/"));
        Assert.Equal(["catalog", backend.Address], backend.Requests.Select(request => request.Host));
    }

    private static Task<TestApp> StartAsync(string primary, Backend backend) => TestApp.StartAsync(builder =>
    {
        builder.Configuration.AddPairs(("Mesh:Services:catalog:Endpoints:0", backend.Address));
        IHttpClientBuilder client = builder.Services.AddHttpClient("test");
        if (primary != "default")
        {
            client.ConfigurePrimaryHttpMessageHandler(() => primary == "HttpClientHandler" ? new HttpClientHandler() : new SocketsHttpHandler());
        }

        builder.AddServiceMesh();
    });

    /// <summary>Builds a chain as the factory does.</summary>
    private static HttpMessageHandler Build(TestApp app, string client, HttpMessageHandler primary)
    {
        HttpMessageHandlerBuilder builder = app.Services.GetRequiredService<HttpMessageHandlerBuilder>();
        builder.Name = client;
        MeshHandlerFilter filter = app.Services.GetServices<IHttpMessageHandlerBuilderFilter>().OfType<MeshHandlerFilter>().Single();
        filter.Configure(it => it.PrimaryHandler = primary)(builder);
        return builder.Build();
    }

    private static int PortOf(Backend backend) => new Uri($"http://{backend.Address}").Port;

    private static Task SetCookie(HttpContext context)
    {
        context.Response.Cookies.Append("seen", "1");
        return Task.CompletedTask;
    }

    private static Task Redirect(HttpContext context)
    {
        if (context.Request.Path == "/to")
        {
            return context.Response.WriteAsync("arrived");
        }

        context.Response.Redirect("/to");
        return Task.CompletedTask;
    }

    private sealed class Stub : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage { Content = new StringContent("stub") });
    }

    private sealed class StubbedClientHandler : HttpClientHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage { Content = new StringContent("stub") });
    }

    private sealed class Tap(List<string> seen) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            seen.Add(request.RequestUri!.AbsoluteUri);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
