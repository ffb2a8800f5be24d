using Mesh.Client.Identity;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Testing;

namespace Mesh.Client.Tests.Identity;

public sealed class FileIdentityTests : IDisposable
{
    private const string Web = "spiffe://mesh-test/ns/default/sa/web";

    private readonly PemFolder _folder = new();
    private readonly WatchedTime _time = new(DateTimeOffset.UtcNow);
    private readonly MeshAuthority _authority = new();
    private readonly FakeLogger _log = new();

    [Theory]
    [InlineData("tls.crt", "tls.key", "ca.crt")]
    [InlineData("cert-chain.pem", "key.pem", "root-cert.pem")]
    public void Both_layouts_are_known(string chain, string key, string roots)
    {
        Write(chain, key, roots);
        using FileIdentity identity = Start();

        Assert.Equal(Web, identity.Current?.Id.ToString());
        Assert.Equal("mesh-test", identity.Current!.Trust.TrustDomain);
        Assert.Null(identity.Trouble);
    }

    [Fact]
    public void Renewed_files_are_taken_and_a_half_written_pair_is_tried_again()
    {
        Write("tls.crt", "tls.key", "ca.crt");
        using FileIdentity identity = Start();
        WorkloadIdentity first = identity.Current!;
        int changes = 0;
        identity.Changed += () => changes++;

        (string chain, string key) = Issue();
        _folder.Write("tls.crt", chain);
        _time.Advance(FileIdentity.Interval);
        Assert.Equal(first, identity.Current);
        Assert.DoesNotContain(_log.Collector.GetSnapshot(), record => record.Id.Name == "IdentityNotRenewed");
        _time.Advance(FileIdentity.Interval);
        Assert.Single(_log.Collector.GetSnapshot(), record => record.Id.Name == "IdentityNotRenewed");
        Assert.Contains("The key is none for the certificate.", identity.Trouble, StringComparison.Ordinal);

        _folder.Write("tls.key", key);
        _time.Advance(FileIdentity.Interval);
        Assert.NotEqual(first.Serial, identity.Current!.Serial);
        Assert.Null(identity.Trouble);
        Assert.Equal(1, changes);
    }

    [Fact]
    public void Files_that_nobody_renews_end_and_that_is_told_of_once()
    {
        Write("tls.crt", "tls.key", "ca.crt");
        using FileIdentity identity = Start();
        int changes = 0;
        identity.Changed += () => changes++;

        _time.Advance(TimeSpan.FromHours(25));
        _time.Advance(FileIdentity.Interval);

        Assert.Null(identity.Current);
        Assert.Equal(1, changes);
        Assert.Single(_log.Collector.GetSnapshot(), record => record.Id.Name == "IdentityMissing");
    }

    [Fact]
    public void An_empty_folder_is_a_trouble_that_ends_with_the_files()
    {
        using FileIdentity identity = Start();
        Assert.Contains("There is no certificate in it: neither tls.crt nor cert-chain.pem.", identity.Trouble, StringComparison.Ordinal);

        Write("tls.crt", "tls.key", "ca.crt");
        _time.Advance(FileIdentity.Interval);

        Assert.Equal(Web, identity.Current?.Id.ToString());
    }

    public void Dispose() => _folder.Dispose();

    private FileIdentity Start() => new(_folder.PathOf(""), _ => { }, _time, _log);

    private void Write(string chainName, string keyName, string roots)
    {
        (string chain, string key) = Issue();
        _folder.Write(chainName, chain);
        _folder.Write(keyName, key);
        _folder.Write(roots, _authority.Root);
    }

    private (string Chain, string Key) Issue()
    {
        (var leaf, _, string key) = _authority.Issue(Web);
        return (leaf.ExportCertificatePem() + "\n" + _authority.Issuer, key);
    }
}
