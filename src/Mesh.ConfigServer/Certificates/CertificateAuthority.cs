using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Model.Identity;
using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Certificates;

/// <summary>
/// Says who somebody is. A root of its own or the operator's authority is on top, and issues nothing but the server's own authority below it,
/// which issues all else (SPIFFE's X509-SVID).
/// </summary>
internal sealed class CertificateAuthority
{
    /// <summary>The namespace of the mesh's own parts, which nobody else is granted.</summary>
    public const string OwnNamespace = "mesh-system";

    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";

    // Clocks may be late.
    private static readonly TimeSpan s_slack = TimeSpan.FromMinutes(5);

    private readonly Lock _renewing = new();
    private readonly AuthoritySettings _settings;
    private readonly AuthorityFolder _folder;
    private readonly SigningAuthority _top;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile SigningAuthority _issuer;

    private CertificateAuthority(AuthoritySettings settings, AuthorityFolder folder, SigningAuthority top, SigningAuthority issuer, TimeProvider time, ILogger logger)
    {
        (_settings, _folder, _top, _issuer, _time, _logger) = (settings, folder, top, issuer, time, logger);
        Bundle = new TrustBundle(UriName.DomainOf(issuer.Certificate)!, [], [top.Root]);
        ServerId = new SpiffeId(Bundle.TrustDomain, OwnNamespace, "config-server");
    }

    /// <summary>Whom the mesh trusts.</summary>
    public TrustBundle Bundle { get; }

    /// <summary>Who the config server is.</summary>
    public SpiffeId ServerId { get; }

    /// <summary>What the server issues by, without its key.</summary>
    public X509Certificate2 Issuer => _issuer.Path[0];

    /// <summary>Where root and issuer are kept.</summary>
    public string Place => _settings.Directory;

    /// <summary>Loads the authority; makes one at the first start.</summary>
    /// <exception cref="IOException">A file is damaged, missing, another's or open to others: which, and what to do.</exception>
    public static CertificateAuthority Open(AuthoritySettings settings, TimeProvider time, ILogger logger)
    {
        DateTimeOffset now = Seconds(time.GetUtcNow());
        AuthorityFolder folder = new(settings);
        SigningAuthority top = folder.Top(now);
        CertificateAuthority authority = new(settings, folder, top, folder.Issuer(top, now), time, logger);
        logger.AuthorityOpened(authority.Bundle.TrustDomain, top.Root.Subject, top.Root.NotAfter.ToUniversalTime(), settings.Directory);
        return authority;
    }

    /// <summary>Whether an identity is of this mesh, and not one of its own parts.</summary>
    public bool CanGrant(SpiffeId id) =>
        id.TrustDomain == Bundle.TrustDomain && !id.Namespace.Equals(OwnNamespace, StringComparison.OrdinalIgnoreCase);

    /// <param name="key">Whose owner it is for.</param>
    /// <param name="id">Who that is.</param>
    /// <param name="asked">How long it is to hold; null: as the settings say.</param>
    /// <exception cref="RequestRefusedException">The authority's own time is over.</exception>
    public IssuedCertificate Issue(PublicKey key, SpiffeId id, TimeSpan? asked = null)
    {
        DateTimeOffset now = Seconds(_time.GetUtcNow());
        SigningAuthority issuer = Newest(now);
        TimeSpan wanted = asked is { } given && given < _settings.MaxLifetime ? given : asked is null ? _settings.Lifetime : _settings.MaxLifetime;
        DateTimeOffset notAfter = now + (wanted > AuthoritySettings.ShortestLifetime ? wanted : AuthoritySettings.ShortestLifetime);
        if (notAfter > issuer.NotAfter)
        {
            notAfter = issuer.NotAfter;
        }

        if (notAfter - now < AuthoritySettings.ShortestLifetime)
        {
            throw new RequestRefusedException(
                Grpc.Core.StatusCode.Unavailable, "The mesh's authority is about to expire.", $"The authority of {Place} ends {issuer.NotAfter:u}: it needs a new one above it.");
        }

        X509Certificate2 leaf = issuer.Sign(RequestFor(key, id), now - s_slack, notAfter);
        return new IssuedCertificate(leaf, issuer.Path);
    }

    private static CertificateRequest RequestFor(PublicKey key, SpiffeId id) => new(new X500DistinguishedName(""), key, HashAlgorithmName.SHA256)
    {
        CertificateExtensions =
        {
            new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true),
            new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true),
            new X509EnhancedKeyUsageExtension([new Oid(ServerUse), new Oid(ClientUse)], critical: false),
            new X509SubjectKeyIdentifierExtension(key, critical: false),

            // The subject is empty, and so this says who it is (RFC 5280, 4.2.1.6).
            UriName.Of(id.ToString(), isCritical: true),
        },
    };

    // At half its time there is another half to find out why it fails.
    private SigningAuthority Newest(DateTimeOffset now)
    {
        lock (_renewing)
        {
            SigningAuthority issuer = _issuer;
            if (now < issuer.NotBefore + ((issuer.NotAfter - issuer.NotBefore) / 2) || issuer.NotAfter >= _top.NotAfter)
            {
                return issuer;
            }

            try
            {
                _issuer = _folder.Renew(issuer, _top, Bundle.TrustDomain, now);
                _logger.IssuerRenewed(_issuer.NotAfter);
            }
            catch (IOException failure)
            {
                _logger.IssuerNotRenewed(issuer.NotAfter, failure.Message);
            }

            return _issuer;
        }
    }

    // Certificates know no less.
    private static DateTimeOffset Seconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());
}
