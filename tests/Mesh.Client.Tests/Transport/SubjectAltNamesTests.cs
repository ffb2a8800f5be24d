using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Mesh.Client.Tests.Infrastructure;
using Mesh.Client.Transport.Tls;

namespace Mesh.Client.Tests.Transport;

/// <summary>Which names a certificate is for. One of one kind never stands for one of another.</summary>
public sealed class SubjectAltNamesTests
{
    [Theory]
    [InlineData("dns", "catalog", "catalog", true)]
    [InlineData("dns", "CATALOG", "catalog", true)]
    [InlineData("dns", "*.shop.example", "a.shop.example", true)]
    [InlineData("dns", "*.shop.example", "shop.example", false)]
    [InlineData("dns", "*.shop.example", "b.a.shop.example", false)]
    [InlineData("dns", "*.shop.example", "*.shop.example", true)]
    [InlineData("dns", "spiffe://mesh/a", "spiffe://mesh/a", false)]
    [InlineData("dns", "10.0.0.5", "10.0.0.5", false)]
    [InlineData("dns", "*.0.0.5", "10.0.0.5", false)]
    [InlineData("uri", "spiffe://mesh/a", "spiffe://mesh/a", true)]
    [InlineData("uri", "spiffe://mesh/a", "spiffe://mesh/A", false)]
    [InlineData("uri", "catalog.shop.example", "catalog.shop.example", false)]
    [InlineData("ip", "10.0.0.5", "10.0.0.5", true)]
    [InlineData("ip", "::1", "0:0:0:0:0:0:0:1", true)]
    [InlineData("ip", "10.0.0.5", "10.0.0.6", false)]
    public void A_name_is_for_its_own_kind(string kind, string name, string wanted, bool isFor)
    {
        using TestAuthority authority = new();
        using X509Certificate2 certificate = authority.Issue(Names(kind, name));

        Assert.Equal(isFor, SubjectAltNames.ContainsAny(certificate, [wanted]));
    }

    // As bytes: what builds such extensions refuses names that an attacker would not shrink from.
    private static X509Extension Names(string kind, string name)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            if (kind == "ip")
            {
                writer.WriteOctetString(IPAddress.Parse(name).GetAddressBytes(), new Asn1Tag(TagClass.ContextSpecific, 7));
            }
            else
            {
                writer.WriteCharacterString(UniversalTagNumber.IA5String, name, new Asn1Tag(TagClass.ContextSpecific, kind == "uri" ? 6 : 2));
            }
        }

        return new X509Extension("2.5.29.17", writer.Encode(), critical: false);
    }
}
