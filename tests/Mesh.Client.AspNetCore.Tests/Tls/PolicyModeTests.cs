using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Mesh.Client.AspNetCore.Tests.Infrastructure;
using Mesh.Client.Sources;
using Mesh.Model;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Client.AspNetCore.Tests.Tls;

/// <summary>What listeners ask of callers comes from the mesh's policies, and the settings may ask for more.</summary>
public sealed class PolicyModeTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    [Theory]
    [InlineData(InboundTls.Strict, null, false, true)]
    [InlineData(InboundTls.Strict, "Permissive", false, true)]
    [InlineData(InboundTls.Strict, "Disabled", false, true)]
    [InlineData(InboundTls.Permissive, "Strict", false, true)]
    [InlineData(InboundTls.Disabled, "Strict", false, true)]
    [InlineData(InboundTls.Permissive, null, true, true)]
    [InlineData(InboundTls.Disabled, null, true, false)]
    [InlineData(InboundTls.Disabled, "Permissive", true, true)]
    [InlineData(null, "Disabled", true, false)]
    [InlineData(null, "Strict", false, true)]
    [InlineData(null, null, true, true)]
    internal async Task Settings_only_tighten(InboundTls? policy, string? settings, bool isPlainTaken, bool isTlsTaken)
    {
        await using MeshedApp app = await MeshedApp.StartAsync(policies: Modes(policy), mesh: settings is null ? "{}" : MeshedApp.Settings(settings));
        using X509Certificate2 certificate = app.Authority.Leaf();
        using HttpClient caller = app.Caller(certificate);
        using HttpClient plain = Caller.Plain();

        Assert.Equal(isPlainTaken, await IsTakenAsync(plain, app.Url));
        Assert.Equal(isTlsTaken, await IsTakenAsync(caller, app.Url.Https()));
    }

    [Fact]
    public async Task A_change_lets_plain_connections_go()
    {
        TestPolicies policies = Modes(InboundTls.Permissive);
        await using MeshedApp app = await MeshedApp.StartAsync(policies: policies, mesh: "{}", configure: builder => builder.Services.AddSingleton<TimeProvider>(_time));
        using HttpClient plain = Caller.Plain();
        Assert.True(await IsTakenAsync(plain, app.Url));

        policies.Current = Modes(InboundTls.Strict).Current;
        await SweptAsync(app);

        Assert.False(await IsTakenAsync(plain, app.Url));
        policies.Current = Modes(InboundTls.Permissive).Current;
        Assert.True(await IsTakenAsync(plain, app.Url));
    }

    [Fact]
    public async Task A_revoked_caller_is_not_let_in_and_one_with_a_later_certificate_is()
    {
        TestPolicies policies = new() { Current = Revoked(DateTimeOffset.UtcNow.AddDays(-2)) };
        await using MeshedApp app = await MeshedApp.StartAsync(policies: policies);
        using X509Certificate2 old = app.Authority.Leaf(fromDays: -3);
        using X509Certificate2 late = app.Authority.Leaf(fromDays: -1);
        using X509Certificate2 other = app.Authority.Leaf("other", fromDays: -3);
        using HttpClient oldCaller = app.Caller(old);
        using HttpClient lateCaller = app.Caller(late);
        using HttpClient otherCaller = app.Caller(other);

        Assert.False(await IsTakenAsync(oldCaller, app.Url.Https()));
        Assert.True(await IsTakenAsync(lateCaller, app.Url.Https()));
        Assert.True(await IsTakenAsync(otherCaller, app.Url.Https()));

        await Eventually.Holds(() => app.App.Logs.Of("CallerRefused").Count > 0);
        Assert.All(app.App.Logs.Of("CallerRefused"), line => Assert.EndsWith("Its identity was revoked.", line.Message, StringComparison.Ordinal));
        Assert.Equal(2, app.Entered);
    }

    [Fact]
    public async Task A_live_connection_of_a_revoked_caller_gets_no_further_call_and_is_let_go()
    {
        TestPolicies policies = new();
        await using MeshedApp app = await MeshedApp.StartAsync(policies: policies, configure: builder => builder.Services.AddSingleton<TimeProvider>(_time));
        using X509Certificate2 certificate = app.Authority.Leaf();
        using HttpClient caller = app.Caller(certificate);
        Assert.True(await IsTakenAsync(caller, app.Url.Https()));

        policies.Current = Revoked(DateTimeOffset.UtcNow);
        using HttpResponseMessage refused = await caller.GetUriAsync(app.Url.Https());
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        await SweptAsync(app);

        Assert.False(await IsTakenAsync(caller, app.Url.Https()));
        Assert.Equal(1, app.Entered);
        Assert.EndsWith("Its identity was revoked.", Assert.Single(app.App.Logs.Of("CallerLetGo")).Message, StringComparison.Ordinal);
    }

    // It cannot fail at the start, as with settings: nobody knew of it then.
    [Fact]
    public async Task Where_the_mesh_is_not_at_the_listeners_nobody_is_let_in_under_a_policy_s_Strict()
    {
        TestPolicies policies = Modes(InboundTls.Strict);
        await using MeshedApp app = await MeshedApp.StartAsync(
            policies: policies,
            mesh: """{ "Inbound": { "ExemptPaths": ["/ready"] } }""",
            configure: builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(static _ => { })));

        Assert.Equal(503, await RawCall.StatusAsync(app.Url, "/"));
        Assert.Equal(503, await RawCall.StatusAsync(app.Url, "/ready"));
        Assert.Equal(0, app.Entered);
        Assert.Single(app.App.Logs.Of("StrictNotEnforced"));

        policies.Current = Modes(InboundTls.Permissive).Current;
        Assert.Equal(200, await RawCall.StatusAsync(app.Url, "/"));
        Assert.Equal(200, await RawCall.StatusAsync(app.Url, "/ready"));
    }

    [Fact]
    public async Task A_listener_with_a_certificate_of_the_application_s_own_is_left_as_it_is()
    {
        using X509Certificate2 own = new TestAuthority().Leaf("own");
        await using MeshedApp app = await MeshedApp.StartAsync(
            policies: Modes(InboundTls.Strict),
            mesh: "{}",
            urls: null,
            configure: builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(own))));
        using HttpClient anybody = new(new SocketsHttpHandler { UseProxy = false, SslOptions = new() { RemoteCertificateValidationCallback = static (_, server, _, _) => server is not null } });

        Assert.True(await IsTakenAsync(anybody, app.Url));
    }

    private static TestPolicies Modes(InboundTls? mode) => new()
    {
        Current = TestPolicies.Of() with { PeerAuthentication = mode is null ? [] : ImmutableArray.Create(new PeerAuthentication { Name = "all", Mode = mode }) },
    };

    private static InboundPolicy Revoked(DateTimeOffset until) => TestPolicies.Of() with { Revoked = [new(new(TestAuthority.TrustDomain, "default", "web"), until)] };

    private static async Task<bool> IsTakenAsync(HttpClient client, string url)
    {
        try
        {
            using HttpResponseMessage response = await client.GetUriAsync(url);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private Task SweptAsync(MeshedApp app) => Eventually.Holds(() =>
    {
        if (app.App.Logs.Of("CallerLetGo").Count > 0)
        {
            return true;
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        return false;
    });
}
