namespace Mesh.ConfigServer.Store;

/// <summary>A page of the history, newest first.</summary>
internal sealed record HistoryQuery
{
    public int Limit { get; init; } = 50;

    /// <summary>Of each generation no more changes than these, the first by key.</summary>
    public int MostChanges { get; init; } = int.MaxValue;

    /// <summary>Only generations below this one.</summary>
    public long? Before { get; init; }

    /// <summary>Only generations that changed such a document; null: any kind.</summary>
    public string? Kind { get; init; }

    public string? Namespace { get; init; }

    public string? Name { get; init; }

    public bool Includes(GenerationRecord generation) =>
        (Before is null || generation.Version.Generation < Before)
        && ((Kind ?? Namespace ?? Name) is null || generation.Changes.Any(change => change.Action is not ChangeAction.Unchanged
            && Is(Kind, change.Key.Kind) && Is(Namespace, change.Key.Namespace) && Is(Name, change.Key.Name)));

    private static bool Is(string? asked, string value) => asked is null || asked.Equals(value, StringComparison.OrdinalIgnoreCase);
}
