using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.ConfigServer.Certificates;

/// <summary>The server's own certificate: each connection gets the newest, and at half its time there is a newer one, of another key.</summary>
internal sealed class ServerIdentity(CertificateAuthority authority, TimeProvider time)
{
    private readonly Lock _renewing = new();
    private SslStreamCertificateContext? _current;
    private DateTimeOffset _renewAt;

    public SslStreamCertificateContext Current
    {
        get
        {
            lock (_renewing)
            {
                if (_current is null || time.GetUtcNow() >= _renewAt)
                {
                    _current = Renew();
                }

                return _current;
            }
        }
    }

    private SslStreamCertificateContext Renew()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        IssuedCertificate issued = authority.Issue(new PublicKey(key), authority.ServerId);
        DateTimeOffset now = time.GetUtcNow();
        _renewAt = now + ((issued.NotAfter - now) / 2);

        // The root is what clients have already, and some wrongly mind its being sent.
        return SslStreamCertificateContext.Create(issued.Leaf.CopyWithPrivateKey(key), [.. issued.Above[..^1]], offline: true);
    }
}
