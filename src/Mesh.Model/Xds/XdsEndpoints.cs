using System.Collections.Immutable;

namespace Mesh.Model.Xds;

/// <summary>The endpoints of a cluster.</summary>
internal sealed record XdsEndpoints
{
    public required string Name { get; init; }

    public ImmutableArray<MeshEndpoint> Endpoints { get; init; } = [];

    /// <summary>Share of calls that fails on purpose, by category, in per cent.</summary>
    public ImmutableArray<(string Category, decimal Percent)> DropOverloads { get; init; } = [];
}
