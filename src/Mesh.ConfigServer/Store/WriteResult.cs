using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.State;

namespace Mesh.ConfigServer.Store;

/// <summary>What a write did, or would do.</summary>
/// <param name="Version">The one in force after it; a dry run, and a write that changes nothing, leave it as it is.</param>
/// <param name="DryRun">True: nothing was written.</param>
/// <param name="Changes">By document, those that stay as they were included as far as the write names them.</param>
/// <param name="Warnings">What is allowed, and probably not meant.</param>
internal sealed record WriteResult(
    StoreVersion Version, bool DryRun, ImmutableArray<DocumentChange> Changes, ImmutableArray<MeshFault> Warnings);
