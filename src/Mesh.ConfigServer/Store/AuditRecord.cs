using System.Collections.Immutable;
using Mesh.ConfigServer.State;

namespace Mesh.ConfigServer.Store;

/// <summary>One write, or one that was refused: who did what, from where.</summary>
internal sealed record AuditRecord
{
    /// <summary>Changes that are kept of one write. The generation has all of them.</summary>
    private const int MostChanges = 100;

    /// <summary>Grows with every record.</summary>
    public long Number { get; init; }

    public required DateTimeOffset Time { get; init; }

    public required WriteOrigin Origin { get; init; }

    /// <summary>What kind of thing was written: one of <see cref="AuditKinds"/>.</summary>
    public required string Kind { get; init; }

    public required string Action { get; init; }

    public ImmutableArray<AuditChange> Changes { get; init; } = [];

    /// <summary>How many there are besides.</summary>
    public int MoreChanges { get; init; }

    /// <summary>The generation that it made; null: it was no write of documents.</summary>
    public StoreVersion? Version { get; init; }

    /// <summary>Why it was refused; null: it was done.</summary>
    public string? Refusal { get; init; }

    /// <summary>So many that were refused before it are not recorded: there were too many.</summary>
    public int Omitted { get; init; }

    public static AuditRecord Of(GenerationRecord generation) => new AuditRecord
    {
        Time = generation.Time, Origin = generation.By.Source, Kind = AuditKinds.Documents,
        Action = generation.Action, Version = generation.Version,
    }.With([.. generation.Changes.Select(change => new AuditChange(change.Key.ToString(), change.Before, change.After))]);

    /// <summary>As many of them as are kept.</summary>
    public AuditRecord With(IReadOnlyCollection<AuditChange> changes) =>
        this with { Changes = [.. changes.Take(MostChanges)], MoreChanges = Math.Max(changes.Count - MostChanges, 0) };
}
