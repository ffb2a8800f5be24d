namespace Mesh.Client.Sources.Xds.Cache;

/// <summary>What is kept for a start without a server.</summary>
/// <param name="Target">Whose it is.</param>
/// <param name="State">How far the mesh was; null: no server has said.</param>
/// <param name="Resources">The good ones.</param>
internal sealed record CacheContent(XdsTarget Target, ServerState? State, IReadOnlyList<CachedResource> Resources);
