using System.Security.Cryptography.X509Certificates;
using Mesh.Client.AspNetCore.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Client.AspNetCore.Tests.Tls;

/// <summary>A process that cannot say who it is yet.</summary>
public sealed class WithoutIdentityTests
{
    [Fact]
    public async Task Permissive_serves_plain_text_and_says_why_it_fails_TLS()
    {
        await using MeshedApp app = await MeshedApp.StartAsync(hasIdentity: false);
        app.Identity.Trouble = "The config server is away.";
        using X509Certificate2 certificate = app.Authority.Leaf();
        using HttpClient caller = app.Caller(certificate);
        using HttpClient plain = Caller.Plain();

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => caller.GetTextAsync(app.Url.Https()));

        Assert.Equal("nobody", await plain.GetTextAsync(app.Url));
        await Eventually.Holds(() => app.App.Logs.Of("HandshakeWithoutIdentity") is [var line] && line.Message.EndsWith("The config server is away.", StringComparison.Ordinal));
        app.Identity.Current = app.Authority.Identity("catalog");
        Assert.Equal("spiffe://mesh-test/ns/default/sa/web", await caller.GetTextAsync(app.Url.Https()));
    }

    [Fact]
    public async Task A_process_without_a_source_is_as_it_was()
    {
        await using WebApp app = await WebApp.StartAsync("{}", environment: "Development");
        TestAuthority authority = new();
        using X509Certificate2 certificate = authority.Leaf();
        using HttpClient caller = Caller.Of(authority, certificate);
        using HttpClient plain = Caller.Plain();

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => caller.GetTextAsync(app.Url.Https()));

        Assert.Equal("hello", await plain.GetTextAsync(app.Url));
        await Eventually.Holds(() => app.Logs.Of("HandshakeWithoutIdentity") is [var line] && line.Message.Contains("The settings name nobody who gives it one", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Strict_waits_for_it()
    {
        await using MeshedApp app = await MeshedApp.StartAsync("Strict", hasIdentity: false);
        using X509Certificate2 certificate = app.Authority.Leaf();
        using HttpClient caller = app.Caller(certificate);

        Task<string> call = caller.GetTextAsync(app.Url.Https());
        await Eventually.Holds(() => app.Identity.Waiting == 1);
        Assert.False(call.IsCompleted);
        app.Identity.Current = app.Authority.Identity("catalog");

        Assert.Equal("spiffe://mesh-test/ns/default/sa/web", await call.InTime());
    }

    [Fact]
    public async Task Strict_does_not_wait_for_ever()
    {
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        await using MeshedApp app = await MeshedApp.StartAsync("Strict", hasIdentity: false, builder => builder.Services.AddSingleton<TimeProvider>(time));
        using X509Certificate2 certificate = app.Authority.Leaf();
        using HttpClient caller = app.Caller(certificate);

        Task<string> call = caller.GetTextAsync(app.Url.Https());
        await Eventually.Holds(() => app.Identity.Waiting == 1);
        time.Advance(TimeSpan.FromSeconds(10));

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => call.InTime());
        await Eventually.Holds(() => app.App.Logs.Of("HandshakeWithoutIdentity").Count == 1);
    }
}
