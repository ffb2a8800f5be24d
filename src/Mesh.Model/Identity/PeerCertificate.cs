using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Model.Identity;

/// <summary>
/// Decides who somebody is by the certificate that is shown (SPIFFE's X509-SVID, 5): it comes from an authority of the bundle, is of this moment,
/// for this use, no authority itself, and has one URI, which names the mesh or an alias of it. Host names in it mean nothing. Nothing is fetched.
/// </summary>
internal static class PeerCertificate
{
    private const string SubjectAltNames = "2.5.29.17";
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";

    private static readonly Asn1Tag s_uri = new(TagClass.ContextSpecific, 6);

    /// <param name="certificate">What was shown; null: nothing.</param>
    /// <param name="others">What was shown with it: those between it and the authority.</param>
    /// <param name="trust">Whom to believe.</param>
    /// <param name="role">As what it was shown.</param>
    /// <param name="now">The moment.</param>
    public static PeerVerdict Verify(X509Certificate2? certificate, IEnumerable<X509Certificate2> others, TrustBundle trust, PeerRole role, DateTimeOffset now)
    {
        if (certificate is null)
        {
            return PeerVerdict.Refused("It showed no certificate.");
        }

        if (ChainFault(certificate, others, trust, role, now) is { } fault)
        {
            return PeerVerdict.Refused($"Its certificate is refused: {fault}.");
        }

        if (FormFault(certificate) is { } misuse)
        {
            return PeerVerdict.Refused($"Its certificate is no workload's: {misuse}.");
        }

        return UrisOf(certificate) switch
        {
            [] => PeerVerdict.Refused("Its certificate names nobody: it has no URI."),
            [_, _, ..] => PeerVerdict.Refused("Its certificate has more than one URI, and a workload's has one."),
            [var uri] when !SpiffeId.TryParse(uri, out _) =>
                PeerVerdict.Refused($"Its certificate is for '{Printable(uri)}', which is not of the form spiffe://{{trust domain}}/ns/{{namespace}}/sa/{{service}}."),
            [var uri] when SpiffeId.TryParse(uri, out SpiffeId? id) && trust.Contains(id.TrustDomain) => PeerVerdict.Proven(id),
            [var uri] => PeerVerdict.Refused($"'{uri}' is of another trust domain than '{trust.TrustDomain}'."),
        };
    }

    /// <summary>The URIs that a certificate is for; none where they cannot be read.</summary>
    public static IReadOnlyList<string> UrisOf(X509Certificate2 certificate)
    {
        List<string> uris = [];
        try
        {
            foreach (X509Extension extension in certificate.Extensions.Where(extension => extension.Oid?.Value == SubjectAltNames))
            {
                AsnReader whole = new(extension.RawData, AsnEncodingRules.DER);
                AsnReader reader = whole.ReadSequence();
                whole.ThrowIfNotEmpty();
                while (reader.HasData)
                {
                    if (reader.PeekTag() == s_uri)
                    {
                        uris.Add(reader.ReadCharacterString(UniversalTagNumber.IA5String, s_uri));
                    }
                    else
                    {
                        reader.ReadEncodedValue();
                    }
                }
            }
        }
        catch (AsnContentException)
        {
            return [];
        }

        return uris;
    }

    private static string? ChainFault(X509Certificate2 certificate, IEnumerable<X509Certificate2> others, TrustBundle trust, PeerRole role, DateTimeOffset now)
    {
        using X509Chain chain = new()
        {
            ChainPolicy =
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
                VerificationTime = now.UtcDateTime,
                VerificationTimeIgnored = false,
            },
        };
        chain.ChainPolicy.CustomTrustStore.AddRange(trust.Roots.ToArray());
        chain.ChainPolicy.ExtraStore.AddRange(others.ToArray());
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(role == PeerRole.Client ? ClientUse : ServerUse));
        try
        {
            return chain.Build(certificate) ? null
                : string.Join("; ", chain.ChainStatus.Select(status => status.StatusInformation.Trim().TrimEnd('.')).Distinct());
        }
        catch (CryptographicException damaged)
        {
            return damaged.Message.TrimEnd('.');
        }
        finally
        {
            foreach (X509ChainElement element in chain.ChainElements)
            {
                element.Certificate.Dispose();
            }
        }
    }

    private static string? FormFault(X509Certificate2 certificate)
    {
        foreach (X509Extension extension in certificate.Extensions)
        {
            switch (extension)
            {
                case X509BasicConstraintsExtension { CertificateAuthority: true }:
                    return "it is an authority's";
                case X509KeyUsageExtension usage when (usage.KeyUsages & (X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign)) != 0:
                    return "it may sign others";
                case X509KeyUsageExtension usage when !usage.KeyUsages.HasFlag(X509KeyUsageFlags.DigitalSignature):
                    return "it may not sign a handshake";
            }
        }

        return null;
    }

    private static string Printable(string text) => Documents.Wording.Printable(text, 200);
}
