using System.Collections.Immutable;
using Mesh.ConfigServer.State;

namespace Mesh.ConfigServer.Store;

/// <summary>An entry of the history: what a write did.</summary>
internal sealed record GenerationRecord
{
    public required StoreVersion Version { get; init; }

    public required Authorship By { get; init; }

    public required DateTimeOffset Time { get; init; }

    public required string Action { get; init; }

    public required ImmutableArray<DocumentChange> Changes { get; init; }

    /// <summary>How many there are besides, which were not asked for.</summary>
    public int MoreChanges { get; init; }

    /// <summary>The making of a store: a mesh without documents.</summary>
    public static GenerationRecord First(DateTimeOffset time) => new()
    {
        Version = new StoreVersion(time.ToUnixTimeMilliseconds(), 0), By = new Authorship("mesh"), Time = time, Action = "create",
        Changes = [],
    };
}
