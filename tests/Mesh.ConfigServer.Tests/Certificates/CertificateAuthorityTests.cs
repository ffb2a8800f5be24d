using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.ConfigServer.Certificates;
using Mesh.Model.Identity;

namespace Mesh.ConfigServer.Tests.Certificates;

public sealed class CertificateAuthorityTests : IDisposable
{
    private readonly AuthorityBench _bench = new();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    [Fact]
    public void A_start_finds_the_root_and_the_issuer_that_the_first_one_made()
    {
        CertificateAuthority first = _bench.Open();
        string hash = Convert.ToHexStringLower(SHA256.HashData(first.Bundle.Roots[0].PublicKey.ExportSubjectPublicKeyInfo()));
        Assert.Equal($"mesh-{hash[..12]}", first.Bundle.TrustDomain);
        _bench.Time.Advance(TimeSpan.FromDays(3));
        CertificateAuthority second = _bench.Open();
        Assert.True(first.Bundle.IsSameAs(second.Bundle));
        Assert.Equal(first.Issuer.Thumbprint, second.Issuer.Thumbprint);
        Assert.Equal($"spiffe://mesh-{hash[..12]}/ns/mesh-system/sa/config-server", second.ServerId.ToString());
    }

    [Fact]
    public void The_folder_is_its_owners_alone()
    {
        _bench.Open();
        Assert.Equal("700", Mode(_bench.At("ca")));
        Assert.All(Directory.GetFiles(_bench.At("ca")), file => Assert.Equal("600", Mode(file)));
        Assert.Equal(
            ["issuer.key", "issuer.pem", "root.key", "root.pem"], Directory.GetFiles(_bench.At("ca")).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("ca", UnixFileMode.GroupRead, "chmod 700")]
    [InlineData("ca/root.key", UnixFileMode.OtherRead, "chmod 600")]
    [InlineData("ca/issuer.key", UnixFileMode.GroupRead, "chmod 600")]
    public void What_others_can_read_is_not_taken(string file, UnixFileMode more, string remedy)
    {
        _bench.Open();
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_bench.At(file), File.GetUnixFileMode(_bench.At(file)) | more);
        }

        Assert.Contains($"{remedy} {_bench.At(file)}", _bench.Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_leaf_has_what_a_workload_s_certificate_has()
    {
        CertificateAuthority authority = _bench.Open();
        SpiffeId id = IdOf(authority);
        IssuedCertificate issued = authority.Issue(new PublicKey(_key), id, "token");
        X509Certificate2 leaf = issued.Leaf;
        Assert.Empty(leaf.Subject);
        Assert.Equal(authority.Issuer.SubjectName.RawData, leaf.IssuerName.RawData);
        Assert.Equal(new PublicKey(_key).ExportSubjectPublicKeyInfo(), leaf.PublicKey.ExportSubjectPublicKeyInfo());
        Assert.Equal(_bench.Time.GetUtcNow().AddMinutes(-5), leaf.NotBefore.ToUniversalTime());
        Assert.Equal(_bench.Time.GetUtcNow().AddHours(24), leaf.NotAfter.ToUniversalTime());
        Assert.Equal(16, leaf.SerialNumberBytes.Length);
        Assert.Equal(
            [("2.5.29.19", true), ("2.5.29.15", true), ("2.5.29.37", false), ("2.5.29.14", false), ("2.5.29.17", true), ("2.5.29.35", false)],
            leaf.Extensions.Select(extension => (extension.Oid!.Value!, extension.Critical)));
        Assert.False(leaf.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
        Assert.Equal(X509KeyUsageFlags.DigitalSignature, leaf.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages);
        Assert.Equal(
            ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"],
            leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Cast<Oid>().Select(oid => oid.Value));
        Assert.Equal([id.ToString()], PeerCertificate.UrisOf(leaf));
        Assert.Equal(
            authority.Issuer.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single().SubjectKeyIdentifierBytes,
            leaf.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().Single().KeyIdentifier!.Value);
        Assert.NotEqual(leaf.SerialNumber, authority.Issue(new PublicKey(_key), id, "token").Leaf.SerialNumber);
        Assert.Equal([authority.Issuer, authority.Bundle.Roots[0]], issued.Above);
        foreach (PeerRole role in Enum.GetValues<PeerRole>())
        {
            Assert.Equal(id, Verify(issued, authority, role).Id);
        }
    }

    [Fact]
    public void Root_and_issuer_are_authorities_of_the_trust_domain()
    {
        _bench.Settings = _bench.Settings with { TrustDomain = "shop.example" };
        CertificateAuthority authority = _bench.Open();
        (X509Certificate2 root, X509Certificate2 issuer) = (authority.Bundle.Roots[0], authority.Issuer);
        Assert.Equal(_bench.Time.GetUtcNow().AddHours(-24), root.NotBefore.ToUniversalTime());
        Assert.Equal(_bench.Time.GetUtcNow().AddYears(10), root.NotAfter.ToUniversalTime());
        Assert.Equal(_bench.Time.GetUtcNow().AddYears(1), issuer.NotAfter.ToUniversalTime());
        Assert.False(root.Extensions.OfType<X509BasicConstraintsExtension>().Single().HasPathLengthConstraint);
        Assert.Equal(0, issuer.Extensions.OfType<X509BasicConstraintsExtension>().Single().PathLengthConstraint);
        Assert.All([root, issuer], ca =>
        {
            Assert.True(ca.Extensions.OfType<X509BasicConstraintsExtension>().Single() is { CertificateAuthority: true, Critical: true });
            Assert.Equal(["spiffe://shop.example"], PeerCertificate.UrisOf(ca));
        });
    }

    [Theory]
    [InlineData(null, 24 * 60)]
    [InlineData(10, 10)]
    [InlineData(1, 5)]
    [InlineData(-7, 5)]
    [InlineData(100_000, 48 * 60)]
    public void A_leaf_holds_as_long_as_asked_within_bounds(int? minutes, int expected)
    {
        _bench.Settings = _bench.Settings with { MaxLifetime = TimeSpan.FromHours(48) };
        CertificateAuthority authority = _bench.Open();
        IssuedCertificate issued = authority.Issue(
            new PublicKey(_key), IdOf(authority), "token", minutes is { } asked ? TimeSpan.FromMinutes(asked) : null);
        Assert.Equal(_bench.Time.GetUtcNow().AddMinutes(expected), issued.NotAfter);
    }

    [Fact]
    public void The_issuer_is_renewed_at_half_its_time_with_its_key_and_leaves_never_outlive_it()
    {
        CertificateAuthority authority = _bench.Open();
        X509Certificate2 before = authority.Issuer;
        _bench.Time.Advance(TimeSpan.FromDays(181));
        authority.Issue(new PublicKey(_key), IdOf(authority), "token");
        Assert.Equal(before.Thumbprint, authority.Issuer.Thumbprint);
        _bench.Time.Advance(TimeSpan.FromDays(3));
        IssuedCertificate issued = authority.Issue(new PublicKey(_key), IdOf(authority), "token");
        Assert.NotEqual(before.Thumbprint, authority.Issuer.Thumbprint);
        Assert.Equal(before.PublicKey.ExportSubjectPublicKeyInfo(), authority.Issuer.PublicKey.ExportSubjectPublicKeyInfo());
        Assert.True(Verify(issued, authority).IsProven);
        Assert.Equal(authority.Issuer.Thumbprint, _bench.Open().Issuer.Thumbprint);
    }

    [Fact]
    public void An_issuer_that_expired_while_the_server_was_away_is_made_anew()
    {
        X509Certificate2 before = _bench.Open().Issuer;
        _bench.Time.Advance(TimeSpan.FromDays(400));
        CertificateAuthority authority = _bench.Open();
        Assert.NotEqual(before.Thumbprint, authority.Issuer.Thumbprint);
        Assert.True(Verify(authority.Issue(new PublicKey(_key), IdOf(authority), "token"), authority).IsProven);
    }

    [Fact]
    public void Near_the_end_of_the_root_leaves_end_with_it_and_then_there_are_none()
    {
        CertificateAuthority authority = _bench.Open();
        DateTimeOffset end = authority.Bundle.Roots[0].NotAfter.ToUniversalTime();
        _bench.Time.SetUtcNow(end.AddHours(-2));
        CertificateAuthority late = _bench.Open();
        Assert.Equal(end, late.Issue(new PublicKey(_key), IdOf(late), "token").NotAfter);
        _bench.Time.SetUtcNow(end.AddMinutes(-4));
        Assert.Contains("needs a new one", Assert.Throws<RequestRefusedException>(() => late.Issue(new PublicKey(_key), IdOf(late), "token")).Message, StringComparison.Ordinal);
        _bench.Time.SetUtcNow(end.AddDays(1));
        Assert.Contains("root.pem", _bench.Fault(), StringComparison.Ordinal);
        Assert.Contains("has expired on", _bench.Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_trust_domain_of_the_first_start_holds()
    {
        _bench.Settings = _bench.Settings with { TrustDomain = "shop" };
        _bench.Open();
        _bench.Settings = _bench.Settings with { TrustDomain = null };
        Assert.Equal("shop", _bench.Open().Bundle.TrustDomain);
        _bench.Settings = _bench.Settings with { TrustDomain = "market" };
        Assert.Contains("TrustDomain is 'market'", _bench.Fault(), StringComparison.Ordinal);
        Assert.Contains("is 'shop'", _bench.Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void With_a_passphrase_keys_are_encrypted()
    {
        _bench.Settings = _bench.Settings with { PassphraseFile = _bench.Write("secret", "hush\n") };
        string root = _bench.Open().Bundle.Roots[0].Thumbprint;
        Assert.All(Directory.GetFiles(_bench.At("ca"), "*.key"), file =>
            Assert.StartsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----", File.ReadAllText(file), StringComparison.Ordinal));
        Assert.Equal(root, _bench.Open().Bundle.Roots[0].Thumbprint);
        _bench.Write("secret", "loud\n");
        Assert.Contains("of another passphrase", _bench.Fault(), StringComparison.Ordinal);
        _bench.Write("secret", "\n");
        Assert.Contains("is empty", _bench.Fault(), StringComparison.Ordinal);
        _bench.Settings = _bench.Settings with { PassphraseFile = null };
        Assert.Contains("root.key is encrypted. Name the file", _bench.Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_that_are_plain_where_a_passphrase_is_set_are_told_of()
    {
        _bench.Open();
        _bench.Settings = _bench.Settings with { PassphraseFile = _bench.Write("secret", "hush\n") };
        Assert.Contains("root.key is not encrypted", _bench.Fault(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("root.key", null, "root.key is missing")]
    [InlineData("issuer.key", null, "issuer.key is missing")]
    [InlineData("root.pem", null, "root.pem is missing")]
    [InlineData("root.pem", "nonsense", "root.pem has no certificate")]
    [InlineData("root.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "root.pem is damaged")]
    [InlineData("root.key", "nonsense", "root.key is damaged")]
    [InlineData("issuer.pem", "", "issuer.pem has no certificate")]
    public void What_is_missing_or_damaged_is_named_and_nothing_is_written(string file, string? text, string expected)
    {
        _bench.Open();
        string path = _bench.At($"ca/{file}");
        if (text is null)
        {
            File.Delete(path);
        }
        else
        {
            File.WriteAllText(path, text);
        }

        string[] Files() => [.. Directory.GetFiles(_bench.At("ca")).Order().Select(each => each + File.ReadAllText(each))];
        string[] before = Files();
        string fault = _bench.Fault();
        Assert.Contains(expected, fault, StringComparison.Ordinal);
        Assert.Contains("ut it back from a copy", fault, StringComparison.Ordinal);
        Assert.Equal(before, Files());
    }

    [Fact]
    public void Another_s_key_or_root_is_told_of()
    {
        _bench.Open();
        string own = File.ReadAllText(_bench.At("ca/root.key"));
        File.WriteAllText(_bench.At("ca/root.key"), _key.ExportPkcs8PrivateKeyPem());
        Assert.Contains("root.key is not the key of", _bench.Fault(), StringComparison.Ordinal);
        File.WriteAllText(_bench.At("ca/root.key"), own);

        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(_bench.At("ca/root.pem"), _bench.Ca(other, "other").ExportCertificatePem());
        File.WriteAllText(_bench.At("ca/root.key"), other.ExportPkcs8PrivateKeyPem());
        Assert.Contains("issuer.pem is not of 'CN=other'", _bench.Fault(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("root.pem", "issuer.pem", "issuer.key")]
    [InlineData("issuer.pem")]
    [InlineData("issuer.pem", "issuer.key")]
    public void A_first_start_that_was_cut_is_gone_on_with(params string[] missing)
    {
        _bench.Open();
        string root = Key("root.key");
        Array.ForEach(missing, file => File.Delete(_bench.At($"ca/{file}")));
        File.WriteAllText(_bench.At("ca/issuer.pem.new"), "half of i");
        CertificateAuthority authority = _bench.Open();
        Assert.Equal(root, Key("root.key"));
        Assert.True(Verify(authority.Issue(new PublicKey(_key), IdOf(authority), "token"), authority).IsProven);
        Assert.False(File.Exists(_bench.At("ca/issuer.pem.new")));

        string Key(string file) => File.ReadAllText(_bench.At($"ca/{file}"));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void An_operator_s_authority_is_gone_under(bool isIntermediate, bool isRsa)
    {
        using AsymmetricAlgorithm top = isRsa ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP384);
        X509Certificate2 root = _bench.Ca(top, "corporate root");
        X509Certificate2 ca = isIntermediate ? _bench.Ca(_key, "mesh authority", 1, root) : root;
        string chain = isIntermediate ? ca.ExportCertificatePem() + "\n" + root.ExportCertificatePem() : root.ExportCertificatePem();
        _bench.Settings = _bench.Settings with
        {
            CaCertificate = _bench.Write("ca.pem", chain),
            CaKey = _bench.Write("ca.key", isIntermediate ? _key.ExportECPrivateKeyPem() : top.ExportPkcs8PrivateKeyPem()),
        };
        CertificateAuthority authority = _bench.Open();
        Assert.Equal(root.Thumbprint, Assert.Single(authority.Bundle.Roots).Thumbprint);
        IssuedCertificate issued = authority.Issue(new PublicKey(_key), IdOf(authority), "token");
        Assert.Equal(isIntermediate ? 3 : 2, issued.Above.Length);
        Assert.True(Verify(issued, authority).IsProven, Verify(issued, authority).Refusal);
        Assert.False(File.Exists(_bench.At("ca/root.key")));
        Assert.Equal(authority.Bundle.TrustDomain, _bench.Open().Bundle.TrustDomain);

        _bench.Settings = _bench.Settings with { CaCertificate = null, CaKey = null };
        Assert.Contains("root.pem is missing", _bench.Fault(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("leaf", "is no authority's")]
    [InlineData("short", "has path length 0")]
    [InlineData("alone", "which is no root")]
    [InlineData("disorder", "are not each signed by the next")]
    [InlineData("key", "is not the key of")]
    public void An_operator_s_authority_that_cannot_be_one_is_told_of(string what, string expected)
    {
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        X509Certificate2 root = _bench.Ca(_key, "corporate root");
        using X509Certificate2 leaf = new CertificateRequest("CN=web", _key, HashAlgorithmName.SHA256).CreateSelfSigned(root.NotBefore, root.NotAfter);
        X509Certificate2[] path = what switch
        {
            "leaf" => [leaf],
            "short" => [_bench.Ca(_key, "mesh authority", 0, root), root],
            "alone" => [_bench.Ca(_key, "mesh authority", 1, root)],
            "disorder" => [_bench.Ca(_key, "mesh authority", 1, root), _bench.Ca(other, "another root")],
            _ => [root],
        };
        _bench.Settings = _bench.Settings with
        {
            CaCertificate = _bench.Write("ca.pem", string.Join('\n', path.Select(certificate => certificate.ExportCertificatePem()))),
            CaKey = _bench.Write("ca.key", (what == "key" ? other : _key).ExportPkcs8PrivateKeyPem()),
        };
        string fault = _bench.Fault();
        Assert.Contains(expected, fault, StringComparison.Ordinal);
        Assert.Contains(_bench.At("ca."), fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Openssl_verifies_the_chain()
    {
        CertificateAuthority authority = _bench.Open();
        IssuedCertificate issued = authority.Issue(new PublicKey(_key), IdOf(authority), "token");
        using Process openssl = Process.Start(new ProcessStartInfo("openssl")
        {
            ArgumentList =
            {
                "verify", "-x509_strict", "-attime", $"{_bench.Time.GetUtcNow().ToUnixTimeSeconds()}", "-purpose", "sslserver",
                "-CAfile", _bench.At("ca/root.pem"), "-untrusted", _bench.At("ca/issuer.pem"), _bench.Write("leaf.pem", issued.Leaf.ExportCertificatePem()),
            },
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        string said = await openssl.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)
            + await openssl.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await openssl.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal($"{_bench.At("leaf.pem")}: OK", said.Trim());
    }

    [Fact]
    public void Nothing_secret_is_logged()
    {
        _bench.Open();
        string log = string.Join('\n', _bench.Log.Collector.GetSnapshot().Select(record => record.Message));
        Assert.Contains("The mesh is 'mesh-", log, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE", log, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _key.Dispose();
        _bench.Dispose();
    }

    private static SpiffeId IdOf(CertificateAuthority authority) => new(authority.Bundle.TrustDomain, "default", "web");

    private static string Mode(string path) => OperatingSystem.IsWindows() ? "" : Convert.ToString((int)File.GetUnixFileMode(path), 8);

    private PeerVerdict Verify(IssuedCertificate issued, CertificateAuthority authority, PeerRole role = PeerRole.Client) =>
        PeerCertificate.Verify(issued.Leaf, issued.Above, authority.Bundle, role, _bench.Time.GetUtcNow());
}
