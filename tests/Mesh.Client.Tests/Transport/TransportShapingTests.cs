using System.Net;
using System.Security.Authentication;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mesh.Client.Tests.Transport;

/// <summary>What an application says of how its calls are sent: <c>UseHandler</c> and <c>ConfigureTransport</c>.</summary>
public sealed class TransportShapingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("{}")]
    [InlineData("""{ "Services": { "catalog": { "Endpoints": ["127.0.0.1:1"], "Routes": [ { "ResponseHeaders": { "Set": { "x-rule": "holds" } } } ] } } }""")]
    public async Task A_service_is_called_by_its_handler_and_its_rules_hold(string rules)
    {
        await using WebApplication server = await ServerAsync();
        using HttpMessageHandler handler = server.GetTestServer().CreateHandler();
        await using TestMesh mesh = await TestMesh.StartAsync(rules, builder => builder.AddServiceMesh(mesh => mesh.UseHandler("Catalog", handler)));

        using HttpResponseMessage response = await mesh.Client().GetUriAsync("http://catalog/items/7");

        Assert.Equal("catalog GET /items/7", await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(rules != "{}", response.Headers.Contains("x-rule"));
        Assert.Equal("handler", mesh.Service().EndpointsFrom);
        Assert.Equal(0, mesh.InFlight());
    }

    [Fact]
    public async Task The_handler_stays_the_applications()
    {
        await using WebApplication server = await ServerAsync();
        using HttpMessageHandler handler = server.GetTestServer().CreateHandler();
        for (int round = 0; round < 2; round++)
        {
            await using TestMesh mesh = await TestMesh.StartAsync("{}", builder => builder.AddServiceMesh(mesh => mesh.UseHandler("catalog", handler)));

            Assert.Equal("catalog GET /", await mesh.Client().GetTextAsync("http://catalog/"));
        }
    }

    [Fact]
    public async Task Other_services_are_called_as_ever()
    {
        await using Backend backend = await Backend.StartAsync("pricing");
        await using WebApplication server = await ServerAsync();
        using HttpMessageHandler handler = server.GetTestServer().CreateHandler();
        await using TestMesh mesh = await TestMesh.StartAsync(
            Rules.Services(("pricing", Rules.Endpoints(backend.Address))), builder => builder.AddServiceMesh(mesh => mesh.UseHandler("catalog", handler)));

        Assert.Equal("pricing", await mesh.Client().GetTextAsync("http://pricing/"));
    }

    [Fact]
    public async Task A_transport_may_trust_and_connect_by_rules_of_its_own()
    {
        await using Backend backend = await Backend.StartAsync("secure", tls: true, certificate: TestCertificates.Stranger);
        List<string> asked = [];
        await using TestMesh mesh = await TestMesh.StartAsync(
            Rules.Catalog("", "https://localhost:" + backend.Address.Split(':')[^1]),
            builder => builder.AddServiceMesh(mesh => mesh.ConfigureTransport((service, handler) =>
            {
                asked.Add(service);
                handler.SslOptions.EnabledSslProtocols = SslProtocols.Tls13;
                handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => TestCertificates.Stranger.Equals(certificate);
            })));

        Assert.Equal("secure", await mesh.Client().GetTextAsync("https://catalog/"));
        Assert.Equal("secure", await mesh.Client().GetTextAsync("https://catalog/"));
        Assert.Equal(["catalog"], asked);
    }

    [Fact]
    public async Task What_the_mesh_needs_stays()
    {
        await using Backend backend = await Backend.StartAsync(answer: context =>
        {
            context.Response.Cookies.Append("seen", "yes");
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        });
        await using TestMesh mesh = await TestMesh.StartAsync(
            Rules.Catalog("", backend.Address),
            builder => builder.AddServiceMesh(mesh => mesh.ConfigureTransport((_, handler) =>
            {
                handler.ConnectCallback = (_, _) => throw new InvalidOperationException("It is the mesh that connects.");
                handler.AllowAutoRedirect = true;
                handler.UseCookies = true;
                handler.UseProxy = true;
                handler.Proxy = new WebProxy("http://127.0.0.1:1");
            })));
        using HttpMessageInvoker invoker = new(mesh.Mesh.CreateHandler());
        for (int call = 0; call < 2; call++)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, "http://catalog/");
            using HttpResponseMessage response = await invoker.SendAsync(request, Cancel);
        }

        Assert.All(backend.Requests, seen => Assert.False(seen.Headers.ContainsKey("Cookie")));
        Assert.Equal(0, mesh.InFlight());
    }

    private static async Task<WebApplication> ServerAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseTestServer();
        WebApplication app = builder.Build();
        app.Run(context => context.Response.WriteAsync($"{context.Request.Host} {context.Request.Method} {context.Request.Path}"));
        await app.StartAsync(Cancel);
        return app;
    }
}
