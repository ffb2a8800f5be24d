using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Model.Identity;

namespace Mesh.ConfigServer.Certificates;

/// <summary>The server's own certificate: each connection gets the newest, and at half its time there is a newer one, of another key.</summary>
internal sealed class ServerIdentity(CertificateAuthority authority, TimeProvider time)
{
    private readonly Lock _renewing = new();
    private SslStreamCertificateContext? _current;
    private DateTimeOffset _renewAt;

    // Of the moment: where others are trusted, another may be the one to issue.
    private TrustBundle? _bundle;

    public SslStreamCertificateContext Current
    {
        get
        {
            lock (_renewing)
            {
                if (_current is null || time.GetUtcNow() >= _renewAt || !ReferenceEquals(_bundle, authority.Bundle))
                {
                    _current = Renew();
                }

                return _current;
            }
        }
    }

    private SslStreamCertificateContext Renew()
    {
        _bundle = authority.Bundle;
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        IssuedCertificate issued = authority.Issue(new PublicKey(key), authority.ServerId, "server");
        DateTimeOffset now = time.GetUtcNow();
        _renewAt = now + ((issued.NotAfter - now) / 2);

        // Roots are what clients have already, and some wrongly mind their being sent.
        return SslStreamCertificateContext.Create(issued.Leaf.CopyWithPrivateKey(key), [.. issued.Between], offline: true);
    }
}
