using System.Collections.Immutable;

namespace Mesh.ConfigServer.Rest;

/// <summary>Where the services of the mesh are called, at one moment.</summary>
/// <param name="Time">When, by the server's clock, as all times here are.</param>
/// <param name="Services">By name.</param>
internal sealed record EndpointList(DateTimeOffset Time, ImmutableArray<ServiceEndpoints> Services);
