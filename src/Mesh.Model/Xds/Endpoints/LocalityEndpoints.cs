using System.Collections.Immutable;

namespace Mesh.Model.Xds;

/// <summary>The endpoints of one place and priority, with their weights within it.</summary>
/// <param name="Weight">The place's own, next to others of the same priority; null: it has none.</param>
/// <param name="Priority">0 is called first.</param>
/// <param name="Endpoints">Those that are in use.</param>
internal sealed record LocalityEndpoints(uint? Weight, int Priority, ImmutableArray<MeshEndpoint> Endpoints);
