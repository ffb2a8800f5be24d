using System.Collections.Immutable;

namespace Mesh.Model.Xds;

/// <summary>Routes by host.</summary>
internal sealed record XdsRouteConfiguration
{
    public required string Name { get; init; }

    public ImmutableArray<XdsVirtualHost> VirtualHosts { get; init; } = [];
}

/// <summary>
/// The routes of some hosts. Their targets are clusters by name: <see cref="RouteTarget.Service"/> is what precedes the subset.
/// </summary>
internal sealed record XdsVirtualHost
{
    /// <summary>Names with or without a port, <c>*.suffix</c>, <c>prefix.*</c> and <c>*</c>.</summary>
    public ImmutableArray<string> Domains { get; init; } = [];

    public ImmutableArray<MeshRoute> Routes { get; init; } = [];
}
