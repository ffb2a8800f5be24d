using Mesh.Client.Identity;
using Mesh.Client.Tests.Infrastructure;
using Mesh.Model;
using Microsoft.Extensions.Logging.Testing;

namespace Mesh.Client.Tests.Identity;

/// <summary>Identities that a config server gives: joining by a token, renewal by the certificate, and what becomes of those that end.</summary>
public sealed class ConfigServerIdentityTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_process_joins_by_its_token_and_the_secret_goes_without_the_hash()
    {
        await using SigningServer server = await SigningServer.StartAsync(new MeshAuthority());
        using ConfigServerIdentity identity = Start(Settings(server), TimeProvider.System);

        WorkloadIdentity self = await identity.WaitAsync(Cancel).InTime();

        Assert.Equal("spiffe://mesh-test/ns/default/sa/web", self.Id.ToString());
        Assert.Equal("Bearer id.secret", Assert.Single(server.Proofs));
        Assert.Equal("mesh-test", self.Trust.TrustDomain);
        Assert.Null(identity.Trouble);
    }

    [Fact]
    public async Task The_secret_is_sent_to_no_server_of_another_mesh()
    {
        await using SigningServer server = await SigningServer.StartAsync(new MeshAuthority());
        using ConfigServerIdentity identity = Start(Settings(server, new MeshAuthority().KeyHash), TimeProvider.System);

        await Eventually.Holds(() => identity.Trouble is not null);

        Assert.Contains("It is not the server of the mesh that the join token is for", identity.Trouble, StringComparison.Ordinal);
        Assert.Empty(server.Proofs);
        Assert.Null(identity.Current);
    }

    // It says what the mesh's authority is, but has no certificate of it that is a config server's.
    [Theory]
    [InlineData("a stranger's certificate", "Its certificate is refused")]
    [InlineData("a service's certificate", "It is spiffe://mesh-test/ns/default/sa/web, and is to be spiffe://mesh-test/ns/mesh-system/sa/config-server.")]
    public async Task The_secret_is_sent_to_nobody_who_passes_for_the_config_server(string what, string why)
    {
        MeshAuthority mesh = new();
        await using SigningServer server = what == "a stranger's certificate"
            ? await SigningServer.StartAsync(new MeshAuthority())
            : await SigningServer.StartAsync(mesh, id: "spiffe://mesh-test/ns/default/sa/web");
        server.Roots = [mesh.Root];
        using ConfigServerIdentity identity = Start(Settings(server, mesh.KeyHash), TimeProvider.System);

        await Eventually.Holds(() => identity.Trouble is not null);

        Assert.Contains(why, identity.Trouble, StringComparison.Ordinal);
        Assert.Empty(server.Proofs);
    }

    [Fact]
    public async Task A_certificate_for_another_than_was_asked_for_is_not_taken()
    {
        await using SigningServer server = await SigningServer.StartAsync(new MeshAuthority());
        server.Given = "spiffe://mesh-test/ns/default/sa/catalog";
        using ConfigServerIdentity identity = Start(Settings(server), TimeProvider.System);

        await Eventually.Holds(() => identity.Trouble is not null);

        Assert.Contains("and its certificate is for spiffe://mesh-test/ns/default/sa/catalog", identity.Trouble, StringComparison.Ordinal);
        Assert.Null(identity.Current);
    }

    [Fact]
    public async Task It_is_renewed_by_the_certificate_in_force_with_a_new_key_before_half_of_its_life()
    {
        WatchedTime time = new(DateTimeOffset.UtcNow);
        MeshAuthority authority = new(time.GetUtcNow());
        await using SigningServer server = await SigningServer.StartAsync(authority);
        using ConfigServerIdentity identity = Start(Settings(server), time);
        WorkloadIdentity first = await identity.WaitAsync(Cancel).InTime();

        await PassAsync(time, authority, TimeSpan.FromHours(9.5));
        Assert.Equal(first.Serial, identity.Current!.Serial);
        await PassAsync(time, authority, TimeSpan.FromHours(2.6));
        await Eventually.Holds(() => { time.Advance(TimeSpan.FromSeconds(1)); return identity.Current!.Serial != first.Serial; });

        Assert.Equal("Bearer id.secret", server.Proofs.First());
        Assert.All(server.Proofs.Skip(1), proof => Assert.Equal(first.Serial, proof));
        Assert.NotEqual(
            first.Certificate.TargetCertificate.GetPublicKeyString(), identity.Current.Certificate.TargetCertificate.GetPublicKeyString());
    }

    [Fact]
    public async Task Past_its_end_there_is_none_and_it_comes_back_with_the_server()
    {
        WatchedTime time = new(DateTimeOffset.UtcNow);
        MeshAuthority authority = new(time.GetUtcNow());
        FakeLogger log = new();
        await using SigningServer server = await SigningServer.StartAsync(authority);
        using ConfigServerIdentity identity = Start(Settings(server), time, log);
        WorkloadIdentity first = await identity.WaitAsync(Cancel).InTime();
        int changes = 0;
        identity.Changed += () => Interlocked.Increment(ref changes);

        server.Status = 14;
        await PassAsync(time, authority, TimeSpan.FromHours(23.9));
        Assert.Equal(first, identity.Current);
        await PassAsync(time, authority, TimeSpan.FromHours(0.2));
        await Eventually.Holds(() => { time.Advance(TimeSpan.FromSeconds(1)); return changes > 0; });

        Assert.Null(identity.Current);
        Assert.Contains("was good until", identity.Trouble, StringComparison.Ordinal);
        Assert.Single(log.Collector.GetSnapshot(), record => record.Id.Name == "IdentityNotRenewed");
        Assert.Single(log.Collector.GetSnapshot(), record => record.Id.Name == "IdentityMissing");

        server.Status = 0;
        await Eventually.Holds(() => { time.Advance(TimeSpan.FromSeconds(1)); authority.Now = time.GetUtcNow(); return identity.Current is not null; });
        Assert.Null(identity.Trouble);
        Assert.Equal("Bearer id.secret", server.Proofs.Last());
    }

    [Fact]
    public async Task A_clock_that_jumps_neither_hastens_nor_delays_the_renewal()
    {
        WatchedTime time = new(DateTimeOffset.UtcNow);
        MeshAuthority authority = new(time.GetUtcNow());
        JumpingClock clock = new(time);
        await using SigningServer server = await SigningServer.StartAsync(authority);
        using ConfigServerIdentity identity = Start(Settings(server), clock);
        WorkloadIdentity first = await identity.WaitAsync(Cancel).InTime();

        clock.Offset = TimeSpan.FromHours(-20);
        await PassAsync(time, authority, TimeSpan.FromHours(12.1));

        // A server that is slow to answer is asked again a moment later.
        await Eventually.Holds(() => { time.Advance(TimeSpan.FromSeconds(1)); return identity.Current?.Serial != first.Serial; });
    }

    [Fact]
    public async Task A_server_whose_clock_is_another_is_told_of_once()
    {
        MeshAuthority authority = new(DateTimeOffset.UtcNow.AddMinutes(2));
        FakeLogger log = new();
        await using SigningServer server = await SigningServer.StartAsync(authority);
        using ConfigServerIdentity identity = Start(Settings(server), TimeProvider.System, log);

        await identity.WaitAsync(Cancel).InTime();

        FakeLogRecord told = Assert.Single(log.Collector.GetSnapshot(), record => record.Id.Name == "ClockSkewed");
        Assert.Contains("ahead of", told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whom_the_mesh_trusts_is_asked_again_long_before_the_renewal()
    {
        WatchedTime time = new(DateTimeOffset.UtcNow);
        MeshAuthority authority = new(time.GetUtcNow());
        await using SigningServer server = await SigningServer.StartAsync(authority);
        using ConfigServerIdentity identity = Start(Settings(server), time);
        WorkloadIdentity first = await identity.WaitAsync(Cancel).InTime();

        server.Roots = [authority.Root, new MeshAuthority(time.GetUtcNow()).Root];
        await Eventually.Holds(() => { time.Advance(TimeSpan.FromMinutes(1)); return identity.Current!.Trust.Roots.Length == 2; });

        Assert.Equal(first.Serial, identity.Current!.Serial);
    }

    [Theory]
    [InlineData(12)]
    [InlineData(7)]
    public async Task A_server_over_http_that_gives_none_is_told_of_once_and_is_no_fault(int status)
    {
        FakeLogger log = new();
        await using SigningServer server = await SigningServer.StartAsync(new MeshAuthority(), isSecure: false);
        server.Status = status;
        using ConfigServerIdentity identity = Start(Without(server), TimeProvider.System, log);

        await Eventually.Holds(() => log.Collector.Count > 0);

        Assert.Equal("NoIdentitiesHere", Assert.Single(log.Collector.GetSnapshot()).Id.Name);
        Assert.Equal("nothing", Assert.Single(server.Proofs));
    }

    [Fact]
    public async Task Over_http_on_this_machine_nothing_is_proven_and_an_identity_is_given()
    {
        await using SigningServer server = await SigningServer.StartAsync(new MeshAuthority(), isSecure: false);
        using ConfigServerIdentity identity = Start(Without(server), TimeProvider.System);

        WorkloadIdentity self = await identity.WaitAsync(Cancel).InTime();

        Assert.Equal("web.default", self.Id.FullName);
        Assert.Equal("nothing", Assert.Single(server.Proofs));
    }

    internal static ConfigServerSettings Settings(SigningServer server, string? hash = null) =>
        Without(server) with { JoinToken = $"id.secret.{hash ?? server.Authority.KeyHash}" };

    private static ConfigServerSettings Without(SigningServer server) => new() { Addresses = [server.Address] };

    internal static ConfigServerIdentity Start(ConfigServerSettings settings, TimeProvider time, FakeLogger? log = null, IdentityStore? store = null) => new(
        new SigningClient(() => settings, () => new ServiceIdentity { Name = "web" }, "/", time), true, store, Random.Shared, _ => { }, time, log ?? new FakeLogger());

    // In steps, for what is woken by one may wait for another.
    private static Task PassAsync(WatchedTime time, MeshAuthority authority, TimeSpan span)
    {
        DateTimeOffset end = time.GetUtcNow() + span;
        return Eventually.Holds(() =>
        {
            time.Advance(TimeSpan.FromMinutes(3));
            authority.Now = time.GetUtcNow();
            return authority.Now >= end;
        });
    }

    private sealed class JumpingClock(TimeProvider inner) : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override long TimestampFrequency => inner.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + Offset;

        public override long GetTimestamp() => inner.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => inner.CreateTimer(callback, state, dueTime, period);
    }
}
