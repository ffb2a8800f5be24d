using Microsoft.AspNetCore.Http;
using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Mesh.Client.AspNetCore.Tests.Infrastructure;

namespace Mesh.Client.AspNetCore.Tests.Tls;

/// <summary>One port takes whatever callers speak, and the settings say what of it.</summary>
public sealed class OnePortTests
{
    private const string Web = "spiffe://mesh-test/ns/default/sa/web";

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Permissive_takes_plain_text(string version)
    {
        await using MeshedApp app = await MeshedApp.StartAsync();
        using HttpClient plain = Caller.Plain(Version.Parse(version));

        Assert.Equal("nobody", await plain.GetTextAsync(app.Url));
        Assert.Equal("nobody", await plain.GetTextAsync(app.Url));
    }

    [Theory]
    [InlineData("Permissive", "1.1", SslProtocols.Tls13)]
    [InlineData("Permissive", "2.0", SslProtocols.Tls13)]
    [InlineData("Strict", "1.1", SslProtocols.Tls12)]
    [InlineData("Strict", "2.0", SslProtocols.Tls12)]
    [InlineData("Strict", "1.1", SslProtocols.Tls13)]
    [InlineData("Strict", "2.0", SslProtocols.Tls13)]
    public async Task Both_take_TLS_of_the_mesh(string tls, string version, SslProtocols protocols)
    {
        await using MeshedApp app = await MeshedApp.StartAsync(tls);
        using X509Certificate2 certificate = app.Authority.Leaf();
        using HttpClient caller = Caller.Of(app.Authority, certificate, protocols);
        caller.DefaultRequestVersion = Version.Parse(version);

        Assert.Equal(Web, await caller.GetTextAsync(app.Url.Https()));
        Assert.Equal(Web, await caller.GetTextAsync(app.Url.Https()));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Strict_refuses_plain_text(string version)
    {
        await using MeshedApp app = await MeshedApp.StartAsync("Strict");
        using HttpClient plain = Caller.Plain(Version.Parse(version));

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => plain.GetTextAsync(app.Url));

        await Eventually.Holds(() => app.App.Logs.Of("PlainTextRefused").Count > 0);
        Assert.Equal(0, app.Entered);
    }

    [Fact]
    public async Task Disabled_leaves_a_listener_as_it_is()
    {
        await using MeshedApp app = await MeshedApp.StartAsync("Disabled");
        using X509Certificate2 certificate = app.Authority.Leaf();
        using HttpClient caller = app.Caller(certificate);
        using HttpClient plain = Caller.Plain();

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => caller.GetTextAsync(app.Url.Https()));

        Assert.Equal("nobody", await plain.GetTextAsync(app.Url));
    }

    [Fact]
    public async Task A_port_may_differ_and_settings_may_change()
    {
        await using MeshedApp app = await MeshedApp.StartAsync(urls: "http://127.0.0.1:0;http://[::1]:0");
        string[] urls = [.. app.App.Urls];
        app.App.Change($$"""{ "Inbound": { "Tls": "Permissive", "Ports": { "{{new Uri(urls[1]).Port}}": { "Tls": "Strict" } } } }""");
        using HttpClient plain = Caller.Plain();

        await Eventually.Holds(() => app.App.Logs.Of("SettingsApplied").Count > 0);
        Assert.Equal("nobody", await plain.GetTextAsync(urls[0]));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => plain.GetTextAsync(urls[1]));
    }

    [Theory]
    [InlineData("Http1", "2.0", "1.1")]
    [InlineData("Http2", "1.1", "2.0")]
    public async Task A_listener_of_one_version_speaks_no_other(string protocols, string refused, string taken)
    {
        await using MeshedApp app = await MeshedApp.StartAsync(configure: builder => builder.Configuration["Kestrel:EndpointDefaults:Protocols"] = protocols);
        using X509Certificate2 certificate = app.Authority.Leaf();
        foreach ((Func<HttpClient> client, string url) in ((Func<HttpClient>, string)[])[(() => Caller.Plain(), app.Url), (() => app.Caller(certificate), app.Url.Https())])
        {
            await TryAsync(client, url);
        }

        async Task TryAsync(Func<HttpClient> make, string url)
        {
            using HttpClient wrong = make();
            using HttpClient right = make();
            (wrong.DefaultRequestVersion, right.DefaultRequestVersion) = (Version.Parse(refused), Version.Parse(taken));

            await Assert.ThrowsAnyAsync<HttpRequestException>(() => wrong.GetTextAsync(url));
            await right.GetTextAsync(url);
        }
    }

    [Fact]
    public async Task Plain_HTTP2_is_plain_to_the_application()
    {
        await using MeshedApp app = await MeshedApp.StartAsync(
            answer: context => context.Response.WriteAsync($"{context.Request.Scheme} {context.Request.Protocol} {context.Connection.ClientCertificate is null}"));
        using HttpClient plain = Caller.Plain(HttpVersion.Version20);

        Assert.Equal("http HTTP/2 True", await plain.GetTextAsync(app.Url));
    }

    [Fact]
    public async Task TLS_is_TLS_to_the_application()
    {
        await using MeshedApp app = await MeshedApp.StartAsync(
            answer: context => context.Response.WriteAsync($"{context.Request.Scheme} {context.Request.Protocol} {context.Connection.ClientCertificate!.Thumbprint}"));
        using X509Certificate2 certificate = app.Authority.Leaf();
        using HttpClient caller = app.Caller(certificate);

        Assert.Equal($"https HTTP/1.1 {certificate.Thumbprint}", await caller.GetTextAsync(app.Url.Https()));
    }

    [Fact]
    public async Task Each_handshake_shows_the_identity_of_its_moment()
    {
        await using MeshedApp app = await MeshedApp.StartAsync();
        using X509Certificate2 certificate = app.Authority.Leaf();
        List<string> servers = [];
        using HttpClient before = Caller.Of(app.Authority, certificate, servers: server => servers.Add(server.SerialNumber));
        using HttpClient after = Caller.Of(app.Authority, certificate, servers: server => servers.Add(server.SerialNumber));

        await before.GetTextAsync(app.Url.Https());
        app.Identity.Current = app.Authority.Identity("catalog");
        await before.GetTextAsync(app.Url.Https());
        await after.GetTextAsync(app.Url.Https());

        Assert.Equal(2, servers.Distinct().Count());
        Assert.Equal(2, servers.Count);
    }

    [Fact]
    public async Task A_large_body_goes_both_ways()
    {
        await using MeshedApp app = await MeshedApp.StartAsync("Strict", answer: context => context.Request.Body.CopyToAsync(context.Response.Body, context.RequestAborted));
        using X509Certificate2 certificate = app.Authority.Leaf();
        using HttpClient caller = app.Caller(certificate);
        byte[] body = new byte[5_000_000];
        Random.Shared.NextBytes(body);
        using ByteArrayContent content = new(body);

        using HttpResponseMessage response = await caller.PostAsync(new Uri(app.Url.Https()), content, TestContext.Current.CancellationToken);

        Assert.Equal(body, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }
}
