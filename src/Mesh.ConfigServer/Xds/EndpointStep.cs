using System.Collections.Immutable;
using Mesh.Model;

namespace Mesh.ConfigServer.Xds;

/// <summary>What was different of a service's endpoints from one version to the next.</summary>
/// <param name="From">The version before.</param>
/// <param name="Changed">Those that came, or are others than before.</param>
/// <param name="Removed">Those that went.</param>
internal sealed record EndpointStep(string From, ImmutableArray<MeshEndpoint> Changed, ImmutableArray<EndpointKey> Removed)
{
    public int Count => Changed.Length + Removed.Length;
}
