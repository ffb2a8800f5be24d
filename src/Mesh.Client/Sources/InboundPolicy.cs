using System.Collections.Immutable;
using Mesh.Model;
using Mesh.Model.Identity;

namespace Mesh.Client.Sources;

/// <summary>What the mesh's authority says of the calls that reach this process, at one moment. Immutable.</summary>
internal sealed record InboundPolicy
{
    /// <summary>Where there is no authority: nothing is asked of callers but what the settings ask.</summary>
    public static InboundPolicy None { get; } = new();

    /// <summary>Those of the mesh, the namespace and the service. Which of them are for this process is told by its labels.</summary>
    public ImmutableArray<AuthorizationPolicy> Authorization { get; init; } = [];

    /// <summary>What holds where no policy allows anything.</summary>
    public AuthorizationDefault Default { get; init; } = AuthorizationDefault.Allow;

    /// <summary>As those above.</summary>
    public ImmutableArray<PeerAuthentication> PeerAuthentication { get; init; } = [];

    /// <summary>Callers that are not believed any more, though their certificates are good.</summary>
    public ImmutableArray<RevokedIdentity> Revoked { get; init; } = [];

    /// <summary>Tells it from others, for people; empty: there is no authority.</summary>
    public string Version { get; init; } = "";
}
