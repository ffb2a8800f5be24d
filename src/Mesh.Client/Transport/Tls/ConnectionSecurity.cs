using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Mesh.Client.Identity;
using Mesh.Model;

namespace Mesh.Client.Transport.Tls;

/// <summary>What holds for connections to an endpoint over TLS, and whether they have to be.</summary>
internal sealed record ConnectionSecurity
{
    private ConnectionSecurity()
    {
    }

    /// <summary>Calls say by their scheme whether they go over TLS, and nothing special holds then.</summary>
    public static ConnectionSecurity ByScheme { get; } = new();

    /// <summary>As <see cref="ByScheme"/>, for an endpoint that calls by https alone may go to.</summary>
    public static ConnectionSecurity HttpsAlone { get; } = new() { IsNeverPlain = true };

    /// <summary>Connections are made over TLS, and calls of any scheme take them.</summary>
    public bool IsRequired { get; private init; }

    /// <summary>Connections are made over TLS. A call that had picked the endpoint while it took others does not go out in plain text.</summary>
    public bool IsNeverPlain { get; private init; }

    private string? Sni { get; init; }

    private ImmutableArray<string> SubjectAltNames { get; init; } = [];

    private TlsCertificates? Certificates { get; init; }

    private bool ShowsCertificate { get; init; }

    private MeshPeer? Peer { get; init; }

    /// <summary>For an endpoint with a mode of its own, or its service's.</summary>
    /// <param name="mode">The mode.</param>
    /// <param name="settings">The service's other settings; null: none.</param>
    /// <param name="certificates">What their files hold; null: they name none.</param>
    public static ConnectionSecurity For(TlsMode mode, TlsSettings? settings, TlsCertificates? certificates) =>
        mode == TlsMode.Disabled ? ByScheme : new ConnectionSecurity
        {
            IsRequired = true,
            IsNeverPlain = true,
            Sni = settings?.Sni,
            SubjectAltNames = settings?.SubjectAltNames ?? [],
            Certificates = certificates,
            ShowsCertificate = mode == TlsMode.Mutual,
        };

    /// <summary>Both sides show the mesh's own certificates.</summary>
    /// <param name="peer">The other side.</param>
    /// <param name="sni">The name that is sent; null: the one that is called.</param>
    public static ConnectionSecurity For(MeshPeer peer, string? sni) => new() { IsRequired = true, IsNeverPlain = true, Sni = sni, Peer = peer };

    /// <summary>Writes itself over what a connection would be made with.</summary>
    /// <param name="options">The options of one connection.</param>
    /// <returns>What decides on the server's certificate, and knows afterwards why it refused one.</returns>
    /// <exception cref="AuthenticationException">There is nothing to show that has to be.</exception>
    public IServerCheck Apply(SslClientAuthenticationOptions options)
    {
        options.TargetHost = Sni ?? options.TargetHost;
        if (Peer is not null)
        {
            return Peer.Apply(options);
        }

        if (Certificates?.Authorities is { } authorities)
        {
            // What else the application asks of certificates, such as that they are not revoked, it still does.
            X509ChainPolicy policy = options.CertificateChainPolicy?.Clone() ?? new X509ChainPolicy { RevocationMode = options.CertificateRevocationCheckMode };
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.Clear();
            policy.CustomTrustStore.AddRange(authorities);
            options.CertificateChainPolicy = policy;
        }

        if (ShowsCertificate)
        {
            options.ClientCertificateContext = Certificates?.Client;
        }

        ServerCertificateCheck check = new(options.TargetHost!, SubjectAltNames, options.RemoteCertificateValidationCallback);
        options.RemoteCertificateValidationCallback = check.Accepts;
        return check;
    }

    /// <summary>By value: connections are given up where something has changed, and only then.</summary>
    public bool Equals(ConnectionSecurity? other) =>
        other is not null
        && (IsRequired, IsNeverPlain, Sni, Certificates, ShowsCertificate, Peer)
            == (other.IsRequired, other.IsNeverPlain, other.Sni, other.Certificates, other.ShowsCertificate, other.Peer)
        && SubjectAltNames.SequenceEqual(other.SubjectAltNames);

    public override int GetHashCode() => HashCode.Combine(IsRequired, Sni, Certificates, ShowsCertificate, SubjectAltNames.Length, Peer);
}
