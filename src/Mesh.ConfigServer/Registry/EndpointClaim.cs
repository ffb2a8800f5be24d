namespace Mesh.ConfigServer.Registry;

/// <summary>An instance says that it is called there.</summary>
/// <param name="Endpoint">Where.</param>
/// <param name="Number">Of two with one address the one with the higher is the newer.</param>
/// <param name="IsLast">Whether it is called when no other can be.</param>
internal readonly record struct EndpointClaim(RegisteredEndpoint Endpoint, long Number, bool IsLast);
