namespace Mesh.Client.Sources.Xds;

/// <summary>A server has yet to learn what another one has said already: what it says would take the mesh back.</summary>
internal sealed class ServerBehindException(ServerState its, ServerState seen) : Exception($"It is at {its}, and {seen} was seen.");
