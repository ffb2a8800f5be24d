using Google.Protobuf.WellKnownTypes;
using Mesh.Model.Identity;
using Mesh.Model.Tests.Identity;
using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Model.Tests.Xds;

public sealed class InboundPolicyCodecTests
{
    private const string Readers = """{"kind":"AuthorizationPolicy","name":"readers","namespace":"shop","rules":[{"to":[{"methods":["GET"]}]}]}""";
    private const string Strict = """{"kind":"PeerAuthentication","name":"all","namespace":"*","mode":"Strict"}""";

    private static readonly SpiffeId s_web = new("mesh", "shop", "web");

    [Fact]
    public void What_is_said_is_understood()
    {
        DateTimeOffset until = new(2026, 11, 28, 6, 0, 0, TimeSpan.Zero);

        Decoded<XdsInboundPolicy> decoded = InboundPolicyCodec.Decode(
            InboundPolicyCodec.Encode("orders.shop", [Readers, Strict], AuthorizationDefault.AuthenticatedOnly, [new RevokedIdentity(s_web, until)]));

        Assert.Empty(decoded.Faults);
        XdsInboundPolicy policy = decoded.Value!;
        Assert.Equal(("orders.shop", AuthorizationDefault.AuthenticatedOnly), (policy.Name, policy.Default));
        Assert.Equal("shop/readers", Assert.Single(policy.Authorization).FullName);
        Assert.Equal(InboundTls.Strict, Assert.Single(policy.PeerAuthentication).Mode);
        Assert.Equal([new RevokedIdentity(s_web, until)], policy.Revoked);
    }

    [Fact]
    public void That_nothing_is_asked_is_said()
    {
        XdsInboundPolicy policy = InboundPolicyCodec.Decode(InboundPolicyCodec.Encode("orders.shop", [], AuthorizationDefault.Allow, [])).Value!;

        Assert.Equal((0, 0, 0, AuthorizationDefault.Allow), (policy.Authorization.Length, policy.PeerAuthentication.Length, policy.Revoked.Length, policy.Default));
    }

    /// <summary>What is not understood may forbid something: none of it is taken.</summary>
    [Theory]
    [InlineData("""{"kind":"AuthorizationPolicy","name":"a","namespace":"shop","rules":[{"until":"tomorrow"}]}""", "documents[0]", "until: This is not a setting")]
    [InlineData("""{"kind":"AuthorizationPolicy","name":"a","namespace":"shop","action":"Custom","rules":[{}]}""", "documents[0]", "'Custom' is not one of")]
    [InlineData("""{"kind":"RequestAuthentication","name":"a","namespace":"shop"}""", "documents[0]", "'RequestAuthentication' is no kind of policy")]
    [InlineData("{}", "documents[0]", "It does not say of which kind it is.")]
    [InlineData("no JSON", "documents[0]", "It does not say of which kind it is.")]
    public void A_document_that_is_not_understood_is_a_fault(string document, string path, string message)
    {
        Decoded<XdsInboundPolicy> decoded = InboundPolicyCodec.Decode(InboundPolicyCodec.Encode("orders.shop", [document, Strict], AuthorizationDefault.Allow, []));

        Assert.Null(decoded.Value);
        XdsFault fault = Assert.Single(decoded.Faults);
        Assert.Equal(path, fault.Path);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("deny")]
    [InlineData("1")]
    [InlineData("Nobody")]
    public void A_default_that_is_not_understood_is_a_fault(string word)
    {
        Wire.MeshInboundPolicy message = new() { Name = "orders.shop", AuthorizationDefault = word };

        Assert.Equal("authorization_default", Assert.Single(InboundPolicyCodec.Decode(message).Faults).Path);
    }

    [Theory]
    [InlineData("web", 0L, "revoked[0].id")]
    [InlineData("spiffe://mesh/ns/shop/sa/web", null, "revoked[0].until")]
    [InlineData("spiffe://mesh/ns/shop/sa/web", long.MaxValue, "revoked[0].until")]
    [InlineData("spiffe://mesh/ns/shop/sa/web", -1L, "revoked[0].until")]
    public void Somebody_revoked_whom_nobody_can_tell_is_a_fault(string id, long? seconds, string path)
    {
        Wire.MeshInboundPolicy message = new()
        {
            Name = "orders.shop", AuthorizationDefault = "Allow",
            Revoked = { new Wire.MeshRevokedIdentity { Id = id, Until = seconds is { } until ? new Timestamp { Seconds = until } : null } },
        };

        Assert.Equal(path, Assert.Single(InboundPolicyCodec.Decode(message).Faults).Path);
    }

    [Fact]
    public void Whom_to_believe_is_understood()
    {
        using TestChain chain = new();

        TrustBundle read = TrustBundleCodec.Decode(TrustBundleCodec.Encode(chain.Bundle)).Value!;

        Assert.True(read.IsSameAs(chain.Bundle));
    }

    [Theory]
    [InlineData("Mesh!", "trust_domain")]
    [InlineData("mesh", "roots")]
    public void A_bundle_that_says_nobody_is_a_fault(string domain, string path) =>
        Assert.Contains(TrustBundleCodec.Decode(new Wire.MeshTrustBundle { Name = "mesh", TrustDomain = domain }).Faults, fault => fault.Path == path);

    [Fact]
    public void What_is_no_certificate_is_a_fault() => Assert.Equal(
        "roots[0]", Assert.Single(TrustBundleCodec.Decode(new Wire.MeshTrustBundle { Name = "mesh", TrustDomain = "mesh", Roots = { "no PEM" } }).Faults).Path);
}
