using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Model;

namespace Mesh.Client.Transport.Tls;

/// <summary>What holds for connections to an endpoint over TLS, and whether they have to be.</summary>
internal sealed record ConnectionSecurity
{
    // Extended key usage of servers, RFC 5280, 4.2.1.12.
    private static readonly Oid s_serverAuthentication = new("1.3.6.1.5.5.7.3.1");

    private ConnectionSecurity()
    {
    }

    /// <summary>Calls say by their scheme whether they go over TLS, and nothing special holds then.</summary>
    public static ConnectionSecurity ByScheme { get; } = new();

    /// <summary>Connections are made over TLS, whatever the calls' scheme.</summary>
    public bool IsRequired { get; private init; }

    private string? Sni { get; init; }

    private ImmutableArray<string> SubjectAltNames { get; init; } = [];

    private TlsCertificates? Certificates { get; init; }

    private bool ShowsCertificate { get; init; }

    /// <summary>For an endpoint with a mode of its own, or its service's.</summary>
    /// <param name="mode">The mode.</param>
    /// <param name="settings">The service's other settings; null: none.</param>
    /// <param name="certificates">What their files hold; null: they name none.</param>
    public static ConnectionSecurity For(TlsMode mode, TlsSettings? settings, TlsCertificates? certificates) =>
        mode == TlsMode.Disabled ? ByScheme : new ConnectionSecurity
        {
            IsRequired = true,
            Sni = settings?.Sni,
            SubjectAltNames = settings?.SubjectAltNames ?? [],
            Certificates = certificates,
            ShowsCertificate = mode == TlsMode.Mutual,
        };

    /// <summary>Writes itself over what a connection would be made with.</summary>
    /// <param name="options">The options of one connection.</param>
    /// <returns>What decides on the server's certificate, and knows afterwards why it refused one.</returns>
    public ServerCertificateCheck Apply(SslClientAuthenticationOptions options)
    {
        options.TargetHost = Sni ?? options.TargetHost;
        if (Certificates?.Authorities is { } authorities)
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = options.CertificateRevocationCheckMode,
                ApplicationPolicy = { s_serverAuthentication },
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
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
        && (IsRequired, Sni, Certificates, ShowsCertificate) == (other.IsRequired, other.Sni, other.Certificates, other.ShowsCertificate)
        && SubjectAltNames.SequenceEqual(other.SubjectAltNames);

    public override int GetHashCode() => HashCode.Combine(IsRequired, Sni, Certificates, ShowsCertificate, SubjectAltNames.Length);
}
