using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Mesh.Client.Identity;
using Mesh.Model.Identity;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Mesh.Benchmarks.EndToEnd;

/// <summary>Mutual TLS without the mesh: .NET's own client and server, with the mesh's settings and its check of certificates.</summary>
internal static class RawTls
{
    public static SocketsHttpHandler Client(string folder, bool resumes)
    {
        WorkloadIdentity self = Identities.Open(folder, Identities.Caller);
        SslClientAuthenticationOptions options = new() { TargetHost = Answers.Service };
        new PeerCheck(self.Trust, [Identities.IdOf(Answers.Service)], TimeProvider.System).Apply(options, self);
        options.AllowTlsResume = resumes;
        return new SocketsHttpHandler { SslOptions = options };
    }

    public static void Guard(ListenOptions listen, string folder, bool resumes)
    {
        WorkloadIdentity self = Identities.Open(folder, Answers.Service);
        listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(Server(self, resumes)) });
    }

    private static SslServerAuthenticationOptions Server(WorkloadIdentity self, bool resumes) => new()
    {
        ServerCertificateContext = self.Certificate,
        ClientCertificateRequired = true,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        AllowTlsResume = resumes,
        AllowRenegotiation = false,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        },
        RemoteCertificateValidationCallback = (_, shown, chain, _) => PeerCertificate.Verify(
            shown as X509Certificate2, chain?.ChainPolicy.ExtraStore ?? [], self.Trust, PeerRole.Client, DateTimeOffset.UtcNow).IsProven,
    };
}
