using System.Collections.Immutable;
using Mesh.Model;

namespace Mesh.Client.Sources;

/// <summary>What the sources together say of one service at one moment.</summary>
internal sealed record ServiceAnswer
{
    public MeshService? Rules { get; init; }

    public string? RulesFrom { get; init; }

    public string? RulesVersion { get; init; }

    public ImmutableArray<MeshEndpoint> Endpoints { get; init; } = [];

    public string? EndpointsFrom { get; init; }

    /// <summary>Why there are no endpoints, in the words of the source; null: it does not say.</summary>
    public string? Trouble { get; init; }

    /// <summary>A source that might know more was silent for too long.</summary>
    public bool IsOverdue { get; init; }

    /// <summary>The authority that was silent for too long, by its name; null: there is none, or it has answered.</summary>
    public string? SilentAuthority { get; init; }

    /// <summary>Whether any source knows the service.</summary>
    public bool IsKnown => RulesFrom is not null || EndpointsFrom is not null;
}
