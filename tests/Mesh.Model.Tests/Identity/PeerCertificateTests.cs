using System.Security.Cryptography.X509Certificates;
using Mesh.Model.Identity;
using static Mesh.Model.Tests.Identity.TestChain;

namespace Mesh.Model.Tests.Identity;

public sealed class PeerCertificateTests : IDisposable
{
    private readonly TestChain _chain = new();

    public void Dispose() => _chain.Dispose();

    [Theory]
    [InlineData(PeerRole.Client)]
    [InlineData(PeerRole.Server)]
    internal void A_good_certificate_proves_who_it_is(PeerRole role)
    {
        PeerVerdict verdict = Verify(_chain.Leaf(Uris(Web), Both, Signature), role);

        Assert.True(verdict.IsProven, verdict.Refusal);
        Assert.Equal(new SpiffeId("mesh", "shop", "web"), verdict.Id);
    }

    [Fact]
    public void Names_of_hosts_beside_the_uri_mean_nothing() => AssertProven(_chain.Leaf(
        Names(names =>
        {
            names.AddDnsName("catalog");
            names.AddUri(new Uri(Web));
            names.AddEmailAddress("a@b");
        }), Both, Signature));

    [Fact]
    public void Former_names_of_the_mesh_are_taken() =>
        AssertProven(_chain.Leaf(Uris("spiffe://former/ns/shop/sa/web"), Both, Signature));

    [Fact]
    public void Nothing_is_nobody() => AssertRefused(null, "It showed no certificate.");

    [Fact]
    public void An_expired_one_is_refused() =>
        AssertRefused(_chain.Leaf(Now.AddHours(-25), Now.AddSeconds(-1), Uris(Web), Both, Signature), "Its certificate is refused: ");

    [Fact]
    public void One_that_is_not_yet_valid_is_refused() =>
        AssertRefused(_chain.Leaf(Now.AddSeconds(1), Now.AddHours(1), Uris(Web), Both, Signature), "Its certificate is refused: ");

    [Fact]
    public void At_its_bounds_it_is_good() =>
        AssertProven(_chain.Leaf(Now, Now.AddSeconds(1), Uris(Web), Both, Signature));

    [Fact]
    public void A_self_signed_one_is_refused() => AssertRefused(_chain.SelfSigned(Uris(Web), Both, Signature), "Its certificate is refused: ");

    [Fact]
    public void One_of_another_authority_is_refused()
    {
        using TestChain other = new();

        X509Certificate2 leaf = other.Leaf(Uris(Web), Both, Signature);

        PeerVerdict verdict = PeerCertificate.Verify(leaf, [other.Issuer, other.Root], _chain.Bundle, PeerRole.Client, Now);
        Assert.StartsWith("Its certificate is refused: ", verdict.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_one_between_it_is_refused()
    {
        PeerVerdict verdict = PeerCertificate.Verify(_chain.Leaf(Uris(Web), Both, Signature), [], _chain.Bundle, PeerRole.Client, Now);

        Assert.StartsWith("Its certificate is refused: ", verdict.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_an_authority_nobody_is_believed()
    {
        TrustBundle nobody = new("mesh", [], []);

        PeerVerdict verdict = PeerCertificate.Verify(
            _chain.Leaf(Uris(Web), Both, Signature), [_chain.Issuer, _chain.Root], nobody, PeerRole.Client, Now);

        Assert.StartsWith("Its certificate is refused: ", verdict.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_uris_are_refused() => AssertRefused(
        _chain.Leaf(Uris(Web, "spiffe://mesh/ns/shop/sa/other"), Both, Signature), "Its certificate has more than one URI, and a workload's has one.");

    [Fact]
    public void The_same_uri_twice_is_refused() =>
        AssertRefused(_chain.Leaf(Uris(Web, Web), Both, Signature), "Its certificate has more than one URI, and a workload's has one.");

    [Fact]
    public void Without_a_uri_it_names_nobody() =>
        AssertRefused(_chain.Leaf(Names(names => names.AddDnsName("web")), Both, Signature), "Its certificate names nobody: it has no URI.");

    [Fact]
    public void A_common_name_is_no_name() => AssertRefused(_chain.Leaf(Both, Signature), "Its certificate names nobody: it has no URI.");

    [Theory]
    [InlineData("http://mesh/ns/shop/sa/web")]
    [InlineData("spiffe://mesh/ns/shop/sa/web/x")]
    [InlineData("spiffe://mesh/web")]
    public void A_uri_of_another_form_is_refused(string uri) =>
        AssertRefused(_chain.Leaf(Uris(uri), Both, Signature), $"Its certificate is for '{uri}', which is not of the form ");

    [Fact]
    public void Another_trust_domain_is_refused_though_the_authority_is_right() => AssertRefused(
        _chain.Leaf(Uris("spiffe://other/ns/shop/sa/web"), Both, Signature), "'spiffe://other/ns/shop/sa/web' is of another trust domain than 'mesh'.");

    [Fact]
    public void One_for_servers_is_no_callers()
    {
        X509Certificate2 leaf = _chain.Leaf(Uris(Web), ServerOnly, Signature);

        AssertRefused(leaf, "Its certificate is refused: ");
        Assert.True(Verify(leaf, PeerRole.Server).IsProven);
    }

    [Fact]
    public void An_authority_is_no_workload() => AssertRefused(
        _chain.Leaf(Uris(Web), Both, Signature, new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true)), "Its certificate is ");

    [Theory]
    [InlineData(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.DigitalSignature)]
    [InlineData(X509KeyUsageFlags.CrlSign | X509KeyUsageFlags.DigitalSignature)]
    [InlineData(X509KeyUsageFlags.KeyAgreement)]
    public void One_for_other_uses_of_its_key_is_refused(X509KeyUsageFlags uses) =>
        AssertRefused(_chain.Leaf(Uris(Web), Both, new X509KeyUsageExtension(uses, critical: true)), "Its certificate is ");

    /// <summary>A leaf that is no authority signs another: it must not be believed as one.</summary>
    [Fact]
    public void A_workload_issues_nothing()
    {
        using TestChain chain = new();
        X509Certificate2 issued = chain.LeafOfLeaf(out X509Certificate2 leaf, Uris(Web), Both, Signature);

        PeerVerdict verdict = PeerCertificate.Verify(issued, [leaf, chain.Issuer], chain.Bundle, PeerRole.Client, Now);

        Assert.StartsWith("Its certificate is refused: ", verdict.Refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2.5.29.17", "")]
    [InlineData("2.5.29.17", "30")]
    [InlineData("2.5.29.17", "3082FFFF")]
    [InlineData("2.5.29.17", "0401FF")]
    [InlineData("2.5.29.17", "3003860180")]
    [InlineData("2.5.29.15", "FF")]
    [InlineData("2.5.29.15", "")]
    [InlineData("2.5.29.19", "FF")]
    [InlineData("2.5.29.37", "FF")]
    public void Damaged_ones_are_refused(string extension, string bytes)
    {
        X509Extension[] others = [.. new[] { Uris(Web), Both, Signature }.Where(other => other.Oid!.Value != extension)];

        AssertRefused(_chain.Leaf([.. others, new X509Extension(extension, Convert.FromHexString(bytes), critical: true)]), "Its certificate ");
    }

    /// <summary>A second URI behind the end of the list, where another reader might look.</summary>
    [Fact]
    public void What_stands_behind_the_names_damages_them()
    {
        byte[] names = [.. Uris(Web).RawData, .. Uris("spiffe://mesh/ns/shop/sa/other").RawData];

        AssertRefused(_chain.Leaf(new X509Extension("2.5.29.17", names, critical: true), Both, Signature), "Its certificate ");
    }

    [Fact]
    public void Unknown_extensions_that_are_critical_are_refused() => AssertRefused(
        _chain.Leaf(Uris(Web), Both, Signature, new X509Extension("1.2.3.4.5", [5, 0], critical: true)), "Its certificate is refused: ");

    private PeerVerdict Verify(X509Certificate2? leaf, PeerRole role) => PeerCertificate.Verify(leaf, [_chain.Issuer], _chain.Bundle, role, Now);

    private void AssertProven(X509Certificate2 leaf)
    {
        PeerVerdict verdict = Verify(leaf, PeerRole.Client);
        Assert.True(verdict.IsProven, verdict.Refusal);
    }

    private void AssertRefused(X509Certificate2? leaf, string start)
    {
        PeerVerdict verdict = Verify(leaf, PeerRole.Client);
        Assert.False(verdict.IsProven);
        Assert.StartsWith(start, verdict.Refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", verdict.Refusal, StringComparison.Ordinal);
    }
}
