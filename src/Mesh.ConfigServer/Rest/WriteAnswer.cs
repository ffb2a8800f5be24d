using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.Store;

namespace Mesh.ConfigServer.Rest;

/// <summary>What a write did, or would do.</summary>
/// <param name="Epoch">Of the version in force after it.</param>
/// <param name="Generation">Of the version in force after it.</param>
/// <param name="DryRun">True: nothing was written.</param>
/// <param name="Changes">By document.</param>
/// <param name="Warnings">What is allowed, and probably not meant.</param>
internal sealed record WriteAnswer(
    long Epoch, long Generation, bool DryRun, ImmutableArray<Change> Changes, ImmutableArray<MeshFault> Warnings)
{
    public static WriteAnswer Of(WriteResult result) => new(
        result.Version.Epoch, result.Version.Generation, result.DryRun, [.. result.Changes.Select(Change.Of)], result.Warnings);
}
