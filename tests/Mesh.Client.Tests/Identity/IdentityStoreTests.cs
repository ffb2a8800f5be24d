using Mesh.Client.Identity;
using Mesh.Client.Tests.Infrastructure;
using Mesh.Model;
using Mesh.Model.Identity;
using Microsoft.Extensions.Logging.Testing;

namespace Mesh.Client.Tests.Identity;

/// <summary>What is kept, so that a restart needs no authority.</summary>
public sealed class IdentityStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mesh-identity-").FullName;
    private readonly WatchedTime _time = new(DateTimeOffset.UtcNow);
    private readonly FakeLogger _log = new();

    [Fact]
    public async Task A_restart_takes_what_was_kept_and_asks_nobody()
    {
        await using SigningServer server = await SigningServer.StartAsync(new MeshAuthority());
        string serial;
        using (ConfigServerIdentity before = ConfigServerIdentityTests.Start(ConfigServerIdentityTests.Settings(server), TimeProvider.System, store: Store()))
        {
            serial = (await before.WaitAsync(TestContext.Current.CancellationToken).InTime()).Serial;
        }

        server.Status = 14;
        using ConfigServerIdentity after = ConfigServerIdentityTests.Start(ConfigServerIdentityTests.Settings(server), TimeProvider.System, store: Store());

        Assert.Equal(serial, after.Current?.Serial);
        Assert.Single(server.Proofs);
    }

    [Fact]
    public void Nobody_else_may_read_it()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        IdentityStore store = Kept();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(store.File));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(store.File)!));
        Assert.NotNull(store.Load());
        File.SetUnixFileMode(store.File, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Assert.Null(store.Load());
        Assert.Contains("Others may read", Assert.Single(_log.Collector.GetSnapshot()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("damaged", "It is damaged.")]
    [InlineData("ended", "nobody would believe it")]
    public void What_is_of_no_use_is_told_of_and_not_taken(string what, string why)
    {
        IdentityStore store = Kept();
        if (what == "damaged")
        {
            File.WriteAllText(store.File, File.ReadAllText(store.File)[..100]);
        }
        else
        {
            _time.Advance(TimeSpan.FromHours(25));
        }

        Assert.Null(store.Load());
        Assert.Contains(why, Assert.Single(_log.Collector.GetSnapshot()).Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private IdentityStore Store() => new(_folder, new ServiceIdentity { Name = "web" }, ["https://127.0.0.1:15012"], _time, _log);

    private IdentityStore Kept()
    {
        MeshAuthority authority = new();
        (var leaf, _, string key) = authority.Issue("spiffe://mesh-test/ns/default/sa/web");
        IdentityStore store = Store();
        store.Keep(
            new IdentityPem(leaf.ExportCertificatePem() + "\n" + authority.Issuer, key),
            new TrustBundle("mesh-test", [], IdentityPem.Certificates(authority.Root)));
        return store;
    }
}
