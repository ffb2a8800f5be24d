using System.Collections.Immutable;
using Mesh.Model.Identity;

namespace Mesh.ConfigServer.State;

/// <summary>Whom the mesh believes, at one moment.</summary>
/// <param name="Bundle">Its authorities; null: it has none, and gives no identities.</param>
/// <param name="Revoked">Identities that were taken back.</param>
internal sealed record MeshTrust(TrustBundle? Bundle, ImmutableArray<RevokedIdentity> Revoked)
{
    public static MeshTrust None { get; } = new(null, []);
}
