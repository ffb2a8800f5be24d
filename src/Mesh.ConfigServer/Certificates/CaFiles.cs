using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.ConfigServer.Certificates;

/// <summary>Certificates of authorities as files, and whether they are any.</summary>
internal static class CaFiles
{
    /// <summary>Those of a file, in its order; at least one.</summary>
    /// <exception cref="IOException">It has none.</exception>
    public static X509Certificate2[] Read(string file)
    {
        X509Certificate2Collection found = [];
        try
        {
            found.ImportFromPem(SecretFiles.ReadPublic(file));
        }
        catch (CryptographicException exception)
        {
            throw new IOException($"{file} is damaged: {exception.Message.TrimEnd('.')}. Put it back from a copy.", exception);
        }

        return found.Count > 0 ? [.. found] : throw new IOException($"{file} has no certificate. Put it back from a copy.");
    }

    /// <exception cref="IOException">It is no authority's, or not of this moment.</exception>
    public static void Check(X509Certificate2 certificate, string file, DateTimeOffset now)
    {
        string? fault = certificate.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault()?.CertificateAuthority != true
                ? "is no authority's (basic constraints say CA:FALSE). Name one that may sign others"
            : certificate.Extensions.OfType<X509KeyUsageExtension>().Any(usage => !usage.KeyUsages.HasFlag(X509KeyUsageFlags.KeyCertSign))
                ? "may not sign others (key usage is without keyCertSign). Name one that may"
            : now > certificate.NotAfter
                ? $"has expired on {certificate.NotAfter.ToUniversalTime():u}. It needs a new one in its place; for a root that is a new mesh authority"
            : now < certificate.NotBefore
                ? $"holds from {certificate.NotBefore.ToUniversalTime():u} on, and now it is {now:u}. See to the clock"
            : null;
        if (fault is not null)
        {
            throw new IOException($"{file}: the certificate of '{certificate.Subject}' {fault}.");
        }
    }

    /// <summary>Whether the authorities of a path are each signed by the next; null: they are.</summary>
    public static string? PathFault(IReadOnlyList<X509Certificate2> path, DateTimeOffset now)
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
        chain.ChainPolicy.CustomTrustStore.Add(path[^1]);
        chain.ChainPolicy.ExtraStore.AddRange(path.Skip(1).ToArray());
        return chain.Build(path[0]) ? null
            : string.Join("; ", chain.ChainStatus.Select(status => status.StatusInformation.Trim().TrimEnd('.')).Distinct());
    }
}
