using System.Collections.Immutable;

namespace Mesh.ConfigServer.Rest;

/// <summary>The services of the mesh, at one moment.</summary>
/// <param name="Services">By name.</param>
internal sealed record ServiceList(ImmutableArray<ServiceSummary> Services);
