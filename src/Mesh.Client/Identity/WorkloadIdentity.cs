using System.Net.Security;
using Mesh.Model.Identity;

namespace Mesh.Client.Identity;

/// <summary>Who this process can prove to be, and whom it believes, at one moment. Immutable: a renewal makes another.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Certificate">What it shows: the leaf with its key, and those between it and the authority.</param>
/// <param name="Trust">Whom it believes.</param>
internal sealed record WorkloadIdentity(SpiffeId Id, SslStreamCertificateContext Certificate, TrustBundle Trust)
{
    public DateTimeOffset NotBefore { get; } = Certificate.TargetCertificate.NotBefore.ToUniversalTime();

    /// <summary>From then on nobody believes it.</summary>
    public DateTimeOffset NotAfter { get; } = Certificate.TargetCertificate.NotAfter.ToUniversalTime();

    public string Serial => Certificate.TargetCertificate.SerialNumber.ToLowerInvariant();
}
