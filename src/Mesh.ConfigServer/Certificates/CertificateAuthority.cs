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

    /// <summary>So much earlier than they are issued certificates begin: clocks may be late.</summary>
    public static TimeSpan Backdating { get; } = TimeSpan.FromMinutes(5);

    private readonly Lock _renewing = new();
    private readonly AuthoritySettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile AuthorityParts _parts;

    private CertificateAuthority(AuthoritySettings settings, AuthorityParts parts, TimeProvider time, ILogger logger)
    {
        (_settings, _parts, _time, _logger) = (settings, parts, time, logger);
        ServerId = new SpiffeId(Bundle.TrustDomain, OwnNamespace, "config-server");
    }

    /// <summary>Others are trusted from now on. Raised outside of locks.</summary>
    public event Action? BundleChanged;

    /// <summary>Whom the mesh trusts: first the root by which all is issued.</summary>
    public TrustBundle Bundle => _parts.Bundle;

    /// <summary>Who the config server is.</summary>
    public SpiffeId ServerId { get; }

    /// <summary>What the server issues by, without its key.</summary>
    public X509Certificate2 Issuer => _parts.Issuer.Path[0];

    /// <summary>Where root and issuer are kept.</summary>
    public string Place => _settings.Directory;

    /// <summary>Where all that is issued is written down first; null: nowhere.</summary>
    public CertificateJournal? Journal { get; init; }

    public AuthorityState State => _parts.State;

    public AuthoritySettings Settings => _settings;

    /// <summary>Loads the authority; makes one at the first start.</summary>
    /// <exception cref="IOException">A file is damaged, missing, another's or open to others: which, and what to do.</exception>
    public static CertificateAuthority Open(AuthoritySettings settings, TimeProvider time, ILogger logger, CertificateJournal? journal = null)
    {
        DateTimeOffset now = Seconds(time.GetUtcNow());
        AuthorityState state = AuthorityState.Read(settings.Directory);
        if (settings.CaCertificate is not null && state != AuthorityState.First)
        {
            throw new IOException(
                $"{settings.Directory} has roots that the mesh made itself and changed, and {settings.NameOf(nameof(MeshConfigServerOptions.CaCertificate))} names another "
                + "authority. Leave the option out, or give the server a new data directory.");
        }

        AuthorityParts parts = AuthorityParts.Open(settings, state, now);
        AuthorityLeftovers.Remove(settings.Directory, state, logger);
        CertificateAuthority authority = new(settings, parts, time, logger) { Journal = journal };
        logger.AuthorityOpened(authority.Bundle.TrustDomain, parts.Top.Root.Subject, parts.Top.Root.NotAfter.ToUniversalTime(), settings.Directory);
        return authority;
    }

    /// <summary>Makes a root that nobody trusts yet.</summary>
    /// <returns>Its number.</returns>
    /// <exception cref="IOException">It cannot be made.</exception>
    public int Prepare()
    {
        AuthorityState before = State with { Last = State.Last + 1 };
        DateTimeOffset now = Seconds(_time.GetUtcNow());
        lock (_renewing)
        {
            // First, so that what is found without its being named is known to be of a try that was cut.
            before.Write(Place);
            _parts = _parts with { State = before };
        }

        AuthorityFolder folder = new(_settings with { TrustDomain = Bundle.TrustDomain, Directory = AuthorityState.FolderOf(Place, before.Last) });
        folder.Issuer(folder.Top(now), now);
        return before.Last;
    }

    /// <summary>Goes over to other roots. What this writes is one file: it is done, or not done.</summary>
    public void Move(AuthorityState state)
    {
        lock (_renewing)
        {
            AuthorityParts parts = AuthorityParts.Open(_settings, state, Seconds(_time.GetUtcNow()));
            state.Write(Place);
            _parts = parts;
            AuthorityLeftovers.Remove(Place, state, _logger);
        }

        BundleChanged?.Invoke();
    }

    /// <summary>Whether an identity is of this mesh, and not one of its own parts.</summary>
    public bool CanGrant(SpiffeId id) =>
        id.TrustDomain == Bundle.TrustDomain && !id.Namespace.Equals(OwnNamespace, StringComparison.OrdinalIgnoreCase);

    /// <param name="key">Whose owner it is for.</param>
    /// <param name="id">Who that is.</param>
    /// <param name="by">What proves it, for the journal.</param>
    /// <param name="asked">How long it is to hold; null: as the settings say.</param>
    /// <param name="after">It begins after that; null: as always.</param>
    /// <exception cref="RequestRefusedException">The authority's own time is over.</exception>
    /// <exception cref="Store.StoreException">It cannot be written down, and so it was not issued.</exception>
    public IssuedCertificate Issue(PublicKey key, SpiffeId id, string by, TimeSpan? asked = null, DateTimeOffset? after = null)
    {
        DateTimeOffset now = Seconds(_time.GetUtcNow());
        AuthorityParts parts = Newest(now);
        SigningAuthority issuer = parts.Issuer;
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

        DateTimeOffset notBefore = after >= now - Backdating ? Seconds(after.Value).AddSeconds(1) : now - Backdating;
        X509Certificate2 leaf = issuer.Sign(RequestFor(key, id), notBefore, notAfter);
        Journal?.Append(leaf, id, by);
        return new IssuedCertificate(leaf, parts.Above);
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
    private AuthorityParts Newest(DateTimeOffset now)
    {
        lock (_renewing)
        {
            AuthorityParts parts = _parts;
            SigningAuthority issuer = parts.Issuer;
            if (now < issuer.NotBefore + ((issuer.NotAfter - issuer.NotBefore) / 2) || issuer.NotAfter >= parts.Top.NotAfter)
            {
                return parts;
            }

            try
            {
                _parts = parts with { Issuer = parts.Folder.Renew(issuer, parts.Top, Bundle.TrustDomain, now) };
                _logger.IssuerRenewed(_parts.Issuer.NotAfter);
            }
            catch (IOException failure)
            {
                _logger.IssuerNotRenewed(issuer.NotAfter, failure.Message);
            }

            return _parts;
        }
    }

    // Certificates know no less.
    private static DateTimeOffset Seconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());
}
