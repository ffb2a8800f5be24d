using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Client.Transport.Tls;

/// <summary>The names that a certificate is for: hosts, addresses, and URIs such as SPIFFE's (RFC 5280, 4.2.1.6).</summary>
internal static class SubjectAltNames
{
    private const string Extension = "2.5.29.17";

    private static readonly Asn1Tag s_host = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag s_uri = new(TagClass.ContextSpecific, 6);
    private static readonly Asn1Tag s_address = new(TagClass.ContextSpecific, 7);

    public static IReadOnlyList<string> Of(X509Certificate2 certificate) =>
        certificate.Extensions[Extension] is { } extension ? Read(extension.RawData) : [];

    public static bool ContainsAny(X509Certificate2 certificate, IReadOnlyCollection<string> wanted) =>
        Of(certificate).Any(name => wanted.Any(one => IsFor(name, one)));

    // A URI is what it is; hosts have no case, and a star stands for their first label.
    private static bool IsFor(string name, string wanted) =>
        wanted.Contains("://", StringComparison.Ordinal) ? name.Equals(wanted, StringComparison.Ordinal)
        : name.StartsWith("*.", StringComparison.Ordinal) && wanted.IndexOf('.', StringComparison.Ordinal) is > 0 and int dot
            ? name.AsSpan(1).Equals(wanted.AsSpan(dot), StringComparison.OrdinalIgnoreCase)
        : name.Equals(wanted, StringComparison.OrdinalIgnoreCase);

    private static List<string> Read(byte[] extension)
    {
        List<string> names = [];
        try
        {
            AsnReader reader = new AsnReader(extension, AsnEncodingRules.DER).ReadSequence();
            while (reader.HasData)
            {
                Asn1Tag tag = reader.PeekTag();
                if (tag == s_host || tag == s_uri)
                {
                    names.Add(reader.ReadCharacterString(UniversalTagNumber.IA5String, tag));
                }
                else if (tag == s_address)
                {
                    names.Add(new IPAddress(reader.ReadOctetString(tag)).ToString());
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
