using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;

namespace Mesh.ConfigServer.Store;

/// <summary>The newest generation of a backup.</summary>
/// <param name="Head">Which one it is.</param>
/// <param name="Documents">All of it.</param>
/// <param name="Births">Of its services, by full name: the generation in which each came.</param>
internal sealed record StoreBackup(StoreHead Head, ImmutableArray<MeshDocument> Documents, ImmutableDictionary<string, long> Births);
