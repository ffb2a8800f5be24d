using System.Security.Cryptography.X509Certificates;
using Mesh.Client.AspNetCore.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Client.AspNetCore.Tests.Tls;

/// <summary>A caller that would not be let in any more does not stay because it came early.</summary>
public sealed class LiveConnectionTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task One_of_an_authority_that_is_trusted_no_more_is_let_go_and_others_stay(string version)
    {
        await using MeshedApp app = await StartAsync();
        TestAuthority second = new();
        using X509Certificate2 old = app.Authority.Leaf("old");
        using X509Certificate2 late = second.Leaf("late");
        app.Identity.Current = app.Authority.Identity("catalog", app.Authority.BundleWith(second));
        using HttpClient oldCaller = app.Caller(old);
        using HttpClient lateCaller = CallerOf(app, second, late);
        (oldCaller.DefaultRequestVersion, lateCaller.DefaultRequestVersion) = (Version.Parse(version), Version.Parse(version));
        string oldConnection = await oldCaller.GetTextAsync(app.Url.Https());
        string lateConnection = await lateCaller.GetTextAsync(app.Url.Https());
        Assert.Equal(oldConnection, await oldCaller.GetTextAsync(app.Url.Https()));

        app.Identity.Current = app.Authority.Identity("catalog", second.Bundle);
        await SweptAsync(app, "CallerLetGo");

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => oldCaller.GetTextAsync(app.Url.Https()));
        Assert.Equal(lateConnection, await lateCaller.GetTextAsync(app.Url.Https()));
        Assert.Contains("sa/old", Assert.Single(app.App.Logs.Of("CallerLetGo")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_whose_certificate_is_past_its_time_is_let_go()
    {
        await using MeshedApp app = await StartAsync();
        using X509Certificate2 brief = app.Authority.Leaf("brief", toDays: 1);
        using X509Certificate2 lasting = app.Authority.Leaf("lasting", toDays: 3);
        using HttpClient briefCaller = app.Caller(brief);
        using HttpClient lastingCaller = app.Caller(lasting);
        await briefCaller.GetTextAsync(app.Url.Https());
        string connection = await lastingCaller.GetTextAsync(app.Url.Https());

        _time.Advance(TimeSpan.FromDays(1));
        await SweptAsync(app, "CallerLetGo");

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => briefCaller.GetTextAsync(app.Url.Https()));
        Assert.Equal(connection, await lastingCaller.GetTextAsync(app.Url.Https()));
    }

    [Fact]
    public async Task A_call_that_does_not_end_is_cut()
    {
        TaskCompletionSource aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using MeshedApp app = await StartAsync(async context =>
        {
            context.RequestAborted.Register(() => aborted.TrySetResult());
            await context.Response.Body.FlushAsync();
            await aborted.Task;
        });
        using X509Certificate2 certificate = app.Authority.Leaf();
        using HttpClient caller = app.Caller(certificate);
        using HttpResponseMessage stream = await caller.GetAsync(new Uri(app.Url.Https()), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

        app.Identity.Current = app.Authority.Identity("catalog", new TestAuthority().Bundle);
        await SweptAsync(app, "CallerLetGo");
        Assert.False(aborted.Task.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(10));

        await aborted.Task.InTime();
        await Assert.ThrowsAnyAsync<Exception>(() => stream.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken).InTime());
    }

    [Fact]
    public async Task A_call_that_is_in_flight_ends_well()
    {
        TaskCompletionSource goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using MeshedApp app = await StartAsync(async context =>
        {
            await goOn.Task;
            await context.Response.WriteAsync("done");
        });
        using X509Certificate2 certificate = app.Authority.Leaf();
        using HttpClient caller = app.Caller(certificate);
        Task<string> call = caller.GetTextAsync(app.Url.Https());
        await Eventually.Holds(() => app.Entered == 1);

        app.Identity.Current = app.Authority.Identity("catalog", new TestAuthority().Bundle);
        await SweptAsync(app, "CallerLetGo");
        goOn.SetResult();

        Assert.Equal("done", await call.InTime());
    }

    [Fact]
    public async Task A_bundle_that_says_the_same_changes_nothing()
    {
        await using MeshedApp app = await StartAsync();
        using X509Certificate2 certificate = app.Authority.Leaf();
        using HttpClient caller = app.Caller(certificate);
        string connection = await caller.GetTextAsync(app.Url.Https());

        app.Identity.Current = app.Authority.Identity("catalog");
        _time.Advance(TimeSpan.FromSeconds(2));
        app.Identity.Current = null;
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(connection, await caller.GetTextAsync(app.Url.Https()));
        Assert.Empty(app.App.Logs.Of("CallerLetGo"));
    }

    [Fact]
    public async Task Plain_connections_are_let_go_where_a_listener_becomes_Strict()
    {
        await using MeshedApp app = await StartAsync();
        using HttpClient plain = Caller.Plain();
        await plain.GetTextAsync(app.Url);

        app.App.Change(MeshedApp.Settings("Strict"));
        await SweptAsync(app, "CallerLetGo");

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => plain.GetTextAsync(app.Url));
    }

    private static HttpClient CallerOf(MeshedApp app, TestAuthority authority, X509Certificate2 certificate) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        SslOptions = new()
        {
            ClientCertificateContext = System.Net.Security.SslStreamCertificateContext.Create(certificate, authority.Between, offline: true),
            RemoteCertificateValidationCallback = (_, server, _, _) => server is not null && app is not null,
        },
    })
    { DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };

    // Answers with the connection by which it came.
    private Task<MeshedApp> StartAsync(RequestDelegate? answer = null) => MeshedApp.StartAsync(
        configure: builder => builder.Services.AddSingleton<TimeProvider>(_time), answer: answer ?? (context => context.Response.WriteAsync(context.Connection.Id)));

    private Task SweptAsync(MeshedApp app, string eventName) => Eventually.Holds(() =>
    {
        if (app.App.Logs.Of(eventName).Count > 0)
        {
            return true;
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        return false;
    });
}
