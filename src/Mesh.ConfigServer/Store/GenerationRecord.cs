using System.Collections.Immutable;

namespace Mesh.ConfigServer.Store;

/// <summary>An entry of the history: what a write did.</summary>
internal sealed record GenerationRecord
{
    public required StoreVersion Version { get; init; }

    public required Authorship By { get; init; }

    public required DateTimeOffset Time { get; init; }

    public required string Action { get; init; }

    public required ImmutableArray<DocumentChange> Changes { get; init; }
}
