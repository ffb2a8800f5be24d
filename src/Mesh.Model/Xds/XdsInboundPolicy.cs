using System.Collections.Immutable;
using Mesh.Model.Identity;

namespace Mesh.Model.Xds;

/// <summary>What processes of one service are told of the calls that reach them.</summary>
internal sealed record XdsInboundPolicy
{
    /// <summary>The service's full name.</summary>
    public required string Name { get; init; }

    public ImmutableArray<AuthorizationPolicy> Authorization { get; init; } = [];

    /// <summary>What holds where no policy allows anything.</summary>
    public AuthorizationDefault Default { get; init; } = AuthorizationDefault.Allow;

    public ImmutableArray<PeerAuthentication> PeerAuthentication { get; init; } = [];

    public ImmutableArray<RevokedIdentity> Revoked { get; init; } = [];
}
