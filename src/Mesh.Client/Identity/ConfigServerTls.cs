using System.Net.Security;
using System.Security.Authentication;
using Mesh.Model.Identity;

namespace Mesh.Client.Identity;

/// <summary>How config servers of a mesh are talked to over TLS.</summary>
internal static class ConfigServerTls
{
    /// <summary>For connections to them alone.</summary>
    /// <param name="trust">Whom to believe.</param>
    /// <param name="self">Who we are; null: nobody yet.</param>
    /// <param name="time">The clock.</param>
    public static SslClientAuthenticationOptions Options(TrustBundle trust, WorkloadIdentity? self, TimeProvider time)
    {
        SslClientAuthenticationOptions options = new();
        PeerCheck check = new(trust, [.. trust.Aliases.Prepend(trust.TrustDomain).Select(domain => new SpiffeId(domain, "mesh-system", "config-server").ToString())], time);
        check.Apply(options, self);
        RemoteCertificateValidationCallback accepts = options.RemoteCertificateValidationCallback!;

        // A refusal without an exception would be told of without its reason.
        options.RemoteCertificateValidationCallback = (sender, certificate, chain, errors) =>
            accepts(sender, certificate, chain, errors) ? true : throw new AuthenticationException(check.Refusal);
        return options;
    }

    /// <summary>For the one question that may be put to anybody: what the bundle is. What is answered proves nothing by itself.</summary>
    public static SslClientAuthenticationOptions Unverified() => new()
    {
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null,
    };
}
