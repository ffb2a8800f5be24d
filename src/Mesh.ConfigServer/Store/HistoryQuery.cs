namespace Mesh.ConfigServer.Store;

/// <summary>A page of the history, newest first.</summary>
internal sealed record HistoryQuery
{
    public int Limit { get; init; } = 50;

    /// <summary>Only generations below this one.</summary>
    public long? Before { get; init; }

    /// <summary>Only generations that changed such a document; null: any kind.</summary>
    public string? Kind { get; init; }

    public string? Namespace { get; init; }

    public string? Name { get; init; }
}
