using Mesh.ConfigServer.State;

namespace Mesh.ConfigServer.Store;

/// <summary>Which mesh it is, and how far it has come.</summary>
internal sealed record StoreHead(string MeshId, StoreVersion Version);
