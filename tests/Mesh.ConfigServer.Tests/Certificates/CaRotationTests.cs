using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.ConfigServer.Certificates;
using Mesh.ConfigServer.Store;
using Mesh.Model;
using Mesh.Model.Identity;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.ConfigServer.Tests.Certificates;

public sealed class CaRotationTests : IDisposable
{
    private readonly AuthorityBench _bench = new();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly SqliteDatabase _database;
    private readonly Dictionary<string, X509Certificate2> _leaves = [];
    private CertificateAuthority _authority;

    public CaRotationTests()
    {
        _database = SqliteDatabase.Open(_bench.At("data"), "DataDirectory", _bench.Time);
        _authority = _bench.Open();
        Old = _authority.Bundle.Roots[0].Thumbprint;
    }

    private string Old { get; }

    private BundleAcknowledgements Acknowledgements => new(_database, _bench.Time);

    private CaRotation Rotation => new(_authority, Acknowledgements, _database, _bench.Time, NullLogger<CaRotation>.Instance);

    public void Dispose()
    {
        _database.Dispose();
        _key.Dispose();
        _bench.Dispose();
    }

    [Fact]
    public void A_root_is_told_of_used_once_all_know_it_and_the_other_given_up_when_nothing_of_it_is_in_force()
    {
        IssuedCertificate held = Join();
        Rotation.Begin(WriteOrigin.OfServer);
        string fresh = _authority.Bundle.Roots[1].Thumbprint;
        Assert.Equal([Old, fresh], Roots());
        Assert.Equal(Old, Join().Above[^2].Thumbprint);

        // Time alone is not enough, and neither is their knowing it.
        _bench.Time.Advance(TimeSpan.FromMinutes(11));
        Restart();
        Rotation.Step();
        Assert.Equal((2, 2), (Rotation.Status.Clients, Rotation.Status.Behind.Count));
        Assert.Equal([Old, fresh], Roots());
        foreach (string serial in Serials())
        {
            Acknowledge(serial);
        }

        Assert.Empty(Rotation.Status.Behind);
        Rotation.Step();
        Restart();
        Assert.Equal([fresh, Old], Roots());
        IssuedCertificate late = Join();
        Assert.True(Proven(held, _authority.Bundle));
        Assert.True(Proven(late, _authority.Bundle));

        // Those that know but one of them believe it, too.
        Assert.True(Proven(late, new TrustBundle(_authority.Bundle.TrustDomain, [], [_authority.Bundle.Roots[0]])));
        Assert.True(Proven(late, new TrustBundle(_authority.Bundle.TrustDomain, [], [_authority.Bundle.Roots[1]])));

        _bench.Time.Advance(TimeSpan.FromHours(24));
        Rotation.Step();
        Assert.Equal([fresh, Old], Roots());
        _bench.Time.Advance(TimeSpan.FromMinutes(2));
        Rotation.Step();
        Restart();
        Assert.Equal([fresh], Roots());
        Assert.False(File.Exists(_bench.At("ca/root.key")));
        Assert.False(File.Exists(_bench.At("ca/issuer.key")));
    }

    [Fact]
    public void Those_who_know_wait_for_the_time_as_well()
    {
        Rotation.Begin(WriteOrigin.OfServer);
        Rotation.Step();
        Assert.Equal(Old, Roots()[0]);
        _bench.Time.Advance(TimeSpan.FromMinutes(10));
        Rotation.Step();
        Assert.NotEqual(Old, Roots()[0]);
    }

    [Fact]
    public void It_is_aborted_before_its_use_and_after()
    {
        Rotation.Begin(WriteOrigin.OfServer);
        Rotation.Abort(WriteOrigin.OfServer);
        Restart();
        Assert.Equal([Old], Roots());
        Assert.Throws<RotationRefusedException>(() => Rotation.Abort(WriteOrigin.OfServer));
        Assert.Empty(Directory.GetDirectories(_bench.At("ca")));

        Rotation.Begin(WriteOrigin.OfServer);
        Assert.Throws<RotationRefusedException>(() => Rotation.Begin(WriteOrigin.OfServer));
        _bench.Time.Advance(TimeSpan.FromMinutes(10));
        Rotation.Step();
        IssuedCertificate ofNew = Join();
        Rotation.Abort(WriteOrigin.OfServer);
        Restart();
        Assert.Equal(Old, Roots()[0]);
        Assert.True(Proven(ofNew, _authority.Bundle));
        Assert.True(Proven(Join(), new TrustBundle(_authority.Bundle.TrustDomain, [], [_authority.Bundle.Roots[1]])));
        _bench.Time.Advance(TimeSpan.FromHours(25));
        Rotation.Step();
        Restart();
        Assert.Equal([Old], Roots());
    }

    [Fact]
    public void A_server_that_is_killed_after_any_write_goes_on_where_it_was()
    {
        Dictionary<string, string> before = Files();
        Rotation.Begin(WriteOrigin.OfServer);
        Dictionary<string, string> begun = Files();
        string[] order = ["root.key", "root.pem", "issuer.key", "issuer.pem"];
        for (int written = 0; written <= order.Length; written++)
        {
            // The number is given first, the state is written last.
            Dictionary<string, string> cut = new(before)
            {
                ["authority.json"] = """{"signing":0,"other":null,"phase":"None","since":"0001-01-01T00:00:00+00:00","until":"0001-01-01T00:00:00+00:00","last":1}""",
            };
            foreach (string file in order[..written])
            {
                cut[Path.Combine("root-1", file)] = begun[Path.Combine("root-1", file)];
            }

            Put(cut);
            Restart();
            Assert.Equal([Old], Roots());
            Rotation.Begin(WriteOrigin.OfServer);
            Assert.Equal(2, Roots().Length);
        }

        Put(begun);
        Restart();
        Assert.Equal(RotationPhase.Distribute, _authority.State.Phase);
        _bench.Time.Advance(TimeSpan.FromMinutes(10));
        Rotation.Step();
        Restart();
        Assert.Equal(RotationPhase.Use, _authority.State.Phase);

        // Killed before the old keys were taken away.
        Dictionary<string, string> used = Files();
        Rotation.RetireNow(WriteOrigin.OfServer);
        Put(new Dictionary<string, string>(used) { ["authority.json"] = Files()["authority.json"] });
        Restart();
        Assert.Single(Roots());
        Assert.False(File.Exists(_bench.At("ca/root.key")));
    }

    [Theory]
    [InlineData("authority.json", "is missing, which says what")]
    [InlineData("root-1/root.pem", "has no root.pem, and")]
    public void What_is_lost_ends_the_start_and_makes_no_new_root(string file, string expected)
    {
        Rotation.Begin(WriteOrigin.OfServer);
        File.Delete(_bench.At($"ca/{file}"));
        Assert.Contains(expected, _bench.Fault(), StringComparison.Ordinal);
        Assert.True(File.Exists(_bench.At("ca/root.key")));
    }

    private IssuedCertificate Join()
    {
        (_, string text) = new JoinTokens(_database, _bench.Time).Create(
            new NewJoinToken(new Grant("web", "default", Maps.Empty, []), "ann"), TimeSpan.FromHours(1), _authority.Bundle.Roots[0].PublicKey.ExportSubjectPublicKeyInfo());
        IssuedCertificate issued = new Membership(_database, _bench.Time).Join(
            text, Guid.NewGuid().ToString(), IPAddress.Loopback, grant => _authority.Issue(new PublicKey(_key), grant.IdIn(_authority.Bundle.TrustDomain), "token"));
        _leaves[issued.Leaf.SerialNumber] = issued.Leaf;
        return issued;
    }

    private void Acknowledge(string serial)
    {
        string hash = BundleHash.Of(_authority.Bundle);
        CallerIdentity caller = CallerIdentity.Of(
            PeerVerdict.Proven(new SpiffeId(_authority.Bundle.TrustDomain, "default", "web")), _leaves[serial], [], _authority.Bundle);
        Acknowledgements.Acknowledge(caller, hash);
    }

    private List<string> Serials() => _database.Write(connection => connection.Query("SELECT serial FROM certificates", row => row.GetString(0)));

    private bool Proven(IssuedCertificate issued, TrustBundle trust) =>
        PeerCertificate.Verify(issued.Leaf, issued.Between, trust, PeerRole.Client, _bench.Time.GetUtcNow()).IsProven;

    private string[] Roots() => [.. _authority.Bundle.Roots.Select(root => root.Thumbprint)];

    private void Restart() => _authority = _bench.Open();

    private Dictionary<string, string> Files() => Directory.GetFiles(_bench.At("ca"), "*", SearchOption.AllDirectories)
        .ToDictionary(file => Path.GetRelativePath(_bench.At("ca"), file), File.ReadAllText);

    private void Put(Dictionary<string, string> files)
    {
        Directory.Delete(_bench.At("ca"), recursive: true);
        SecretFiles.MakeDirectory(_bench.At("ca"));
        foreach ((string name, string text) in files)
        {
            SecretFiles.MakeDirectory(Path.GetDirectoryName(_bench.At($"ca/{name}"))!);
            SecretFiles.Write(_bench.At($"ca/{name}"), text);
        }
    }
}
