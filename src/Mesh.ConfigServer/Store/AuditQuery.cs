namespace Mesh.ConfigServer.Store;

/// <summary>A page of the audit, the newest first.</summary>
internal sealed record AuditQuery
{
    public int Limit { get; init; } = 50;

    /// <summary>Only records below this one.</summary>
    public long? Before { get; init; }

    /// <summary>Only records from then on.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only those by this name.</summary>
    public string? By { get; init; }

    /// <summary>Only those of this kind.</summary>
    public string? Kind { get; init; }
}
