using System.Collections.Immutable;
using Mesh.Model;

namespace Mesh.Client.Sources;

/// <summary>What one source says of one service at one moment: rules and endpoints in one piece, so that they never disagree.</summary>
internal sealed record SourceAnswer
{
    public static SourceAnswer NotKnown { get; } = new();

    /// <summary>Null: the source has no rules for the service.</summary>
    public MeshService? Rules { get; init; }

    /// <summary>Null: the source does not know the service's endpoints. Known and empty is an answer too.</summary>
    public ImmutableArray<MeshEndpoint>? Endpoints { get; init; }

    /// <summary>Some endpoints are still looked for. The rest is waited for as for a source that is silent; then this has to do.</summary>
    public bool IsPartial { get; init; }

    /// <summary>It wins over every source, an authority included.</summary>
    public bool IsOverriding { get; init; }

    /// <summary>Why there are no endpoints, for people; null: there are, or the source does not know.</summary>
    public string? Trouble { get; init; }

    /// <summary>The version of the rules; null: the source has none.</summary>
    public string? RulesVersion { get; init; }
}
