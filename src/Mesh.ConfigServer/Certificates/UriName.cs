using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using Mesh.Model.Identity;

namespace Mesh.ConfigServer.Certificates;

/// <summary>A URI as the name of a certificate, letter by letter: what the framework writes is first made canonical.</summary>
internal static class UriName
{
    public const string Oid = "2.5.29.17";

    private const string Scheme = "spiffe://";

    private static readonly Asn1Tag s_uri = new(TagClass.ContextSpecific, 6);

    public static X509Extension Of(string uri, bool isCritical)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteCharacterString(UniversalTagNumber.IA5String, uri, s_uri);
        }

        return new X509Extension(Oid, writer.Encode(), isCritical);
    }

    /// <summary>An authority is named by its trust domain alone (SPIFFE's X509-SVID, 3.2).</summary>
    public static X509Extension OfDomain(string trustDomain) => Of(Scheme + trustDomain, isCritical: false);

    /// <summary>The trust domain that an authority is of; null: it does not say.</summary>
    public static string? DomainOf(X509Certificate2 authority) =>
        PeerCertificate.UrisOf(authority) is [var uri] && uri.StartsWith(Scheme, StringComparison.Ordinal)
        && SpiffeId.IsTrustDomain(uri[Scheme.Length..]) ? uri[Scheme.Length..] : null;

    /// <summary>The URIs of a request's extension; null: it has other names as well, or cannot be read.</summary>
    public static IReadOnlyList<string>? Read(X509Extension extension)
    {
        try
        {
            List<string> uris = [];
            AsnReader names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
            while (names.HasData)
            {
                if (names.PeekTag() != s_uri)
                {
                    return null;
                }

                uris.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, s_uri));
            }

            return uris;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }
}
