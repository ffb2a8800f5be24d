using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Mesh.Model.Identity;

namespace Mesh.Client.AspNetCore.Tests.Infrastructure;

/// <summary>A client that speaks TLS by itself, and believes servers of its authority.</summary>
internal static class Caller
{
    /// <param name="authority">Whom it believes, and whose intermediate it shows.</param>
    /// <param name="certificate">What it shows; null: nothing.</param>
    /// <param name="protocols">The versions of TLS.</param>
    /// <param name="servers">Gets who answered, at each handshake.</param>
    /// <param name="between">What it shows with its certificate; null: its authority's intermediate.</param>
    public static HttpClient Of(
        TestAuthority authority, X509Certificate2? certificate, SslProtocols protocols = SslProtocols.None, Action<X509Certificate2>? servers = null, X509Certificate2Collection? between = null) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        SslOptions = new SslClientAuthenticationOptions
        {
            ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, between ?? authority.Between, offline: true),
            EnabledSslProtocols = protocols,
            RemoteCertificateValidationCallback = (_, shown, chain, _) =>
            {
                X509Certificate2 server = (X509Certificate2)shown!;
                servers?.Invoke(X509CertificateLoader.LoadCertificate(server.RawData));
                return PeerCertificate.Verify(server, chain!.ChainPolicy.ExtraStore, authority.Bundle, PeerRole.Server, DateTimeOffset.UtcNow).IsProven;
            },
        },
    })
    { DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact, DefaultRequestVersion = HttpVersion.Version11 };

    /// <summary>One in plain text.</summary>
    public static HttpClient Plain(Version? version = null) => new(new SocketsHttpHandler { UseProxy = false })
    {
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        DefaultRequestVersion = version ?? HttpVersion.Version11,
    };

    /// <summary>The same place, over TLS.</summary>
    public static string Https(this string url) => url.Replace("http://", "https://", StringComparison.Ordinal);
}
