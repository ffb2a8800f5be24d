using System.Collections.Immutable;
using Mesh.ConfigServer.State;
using Mesh.Model.Identity;

namespace Mesh.ConfigServer.Certificates;

/// <summary>Whom the mesh believes, as its authority has it.</summary>
internal sealed class AuthorityTrust : IMeshTrust, IDisposable
{
    private readonly CertificateAuthority _authority;
    private readonly IRevocations _revocations;

    public AuthorityTrust(CertificateAuthority authority, IRevocations revocations)
    {
        (_authority, _revocations) = (authority, revocations);
        authority.BundleChanged += Tell;
        revocations.Changed += Tell;
    }

    public event Action? Changed;

    public MeshTrust Current => new(_authority.Bundle, Revoked());

    public void Dispose()
    {
        _authority.BundleChanged -= Tell;
        _revocations.Changed -= Tell;
    }

    private void Tell() => Changed?.Invoke();

    // Processes are told of whole identities alone, and of each once.
    private ImmutableArray<RevokedIdentity> Revoked() =>
    [
        .. _revocations.Current.Where(revocation => revocation.Serial is null)
            .GroupBy(revocation => new SpiffeId(_authority.Bundle.TrustDomain, revocation.Namespace, revocation.Service))
            .Select(group => new RevokedIdentity(group.Key, group.Max(revocation => revocation.Until)))
            .OrderBy(revoked => revoked.Id.Principal, StringComparer.Ordinal),
    ];
}
