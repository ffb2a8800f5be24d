namespace Mesh.Benchmarks.EndToEnd;

/// <summary>Who is to run in a cell.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Contenders">Who, in the order of their turns.</param>
internal sealed record Choice(Cell Cell, IReadOnlyList<Contender> Contenders)
{
    /// <summary>Contenders whose cell/name contains the pattern, with the baseline and its copy. Cells without any are left out.</summary>
    public static IReadOnlyList<Choice> Of(IReadOnlyList<Cell> cells, string? pattern) =>
        [.. cells.Select(cell => Of(cell, pattern)).Where(choice => choice.Contenders.Count > 0)];

    private static Choice Of(Cell cell, string? pattern)
    {
        IReadOnlyList<Contender> all = Contender.Of(cell.Protocol);
        Contender[] chosen = [.. all.Where(contender =>
            pattern is null || $"{cell.Name}/{contender.Name}".Contains(pattern, StringComparison.OrdinalIgnoreCase))];
        Contender[] controls = chosen.Length > 0 ? [Contender.Raw, Contender.Copy] : [];
        return new Choice(cell, [.. all.Where(contender => chosen.Contains(contender) || controls.Contains(contender))]);
    }
}
