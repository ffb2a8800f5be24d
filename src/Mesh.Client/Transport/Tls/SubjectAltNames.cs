using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Client.Transport.Tls;

/// <summary>
/// The names that a certificate is for: hosts, addresses, and URIs such as SPIFFE's (RFC 5280, 4.2.1.6). A name of one kind never stands for
/// one of another: an authority may be trusted with one kind alone.
/// </summary>
internal static class SubjectAltNames
{
    private const string Extension = "2.5.29.17";

    private static readonly Asn1Tag s_host = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag s_uri = new(TagClass.ContextSpecific, 6);
    private static readonly Asn1Tag s_address = new(TagClass.ContextSpecific, 7);

    /// <summary>The names as texts, for people.</summary>
    public static IReadOnlyList<string> Of(X509Certificate2 certificate) => [.. Read(certificate).Select(name => name.Text)];

    public static bool ContainsAny(X509Certificate2 certificate, IReadOnlyCollection<string> wanted) =>
        Read(certificate).Any(name => wanted.Any(one => IsFor(name.Tag, name.Text, one)));

    private static bool IsFor(Asn1Tag tag, string name, string wanted) =>
        wanted.Contains("://", StringComparison.Ordinal) ? tag == s_uri && name.Equals(wanted, StringComparison.Ordinal)
        : IPAddress.TryParse(wanted, out IPAddress? address) ? tag == s_address && address.Equals(IPAddress.Parse(name))
        : tag == s_host && IsForHost(name, wanted);

    // Hosts have no case, and a star stands for their first label.
    private static bool IsForHost(string name, string wanted) =>
        name.StartsWith("*.", StringComparison.Ordinal) && wanted.IndexOf('.', StringComparison.Ordinal) is > 0 and int dot
            ? name.AsSpan(1).Equals(wanted.AsSpan(dot), StringComparison.OrdinalIgnoreCase)
            : name.Equals(wanted, StringComparison.OrdinalIgnoreCase);

    private static List<(Asn1Tag Tag, string Text)> Read(X509Certificate2 certificate)
    {
        List<(Asn1Tag, string)> names = [];
        if (certificate.Extensions[Extension] is not { } extension)
        {
            return names;
        }

        try
        {
            AsnReader reader = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
            while (reader.HasData)
            {
                Asn1Tag tag = reader.PeekTag();
                if (tag == s_host || tag == s_uri)
                {
                    names.Add((tag, reader.ReadCharacterString(UniversalTagNumber.IA5String, tag)));
                }
                else if (tag == s_address)
                {
                    names.Add((tag, new IPAddress(reader.ReadOctetString(tag)).ToString()));
                }
                else
                {
                    reader.ReadEncodedValue();
                }
            }
        }
        catch (Exception damaged) when (damaged is AsnContentException or ArgumentException)
        {
            // What cannot be read is for nobody.
            return [];
        }

        return names;
    }
}
