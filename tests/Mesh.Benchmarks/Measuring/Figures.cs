namespace Mesh.Benchmarks.Measuring;

/// <summary>The results of a run, by case and name.</summary>
internal sealed class Figures(IReadOnlyList<Result> results)
{
    private readonly Dictionary<(string, string), Result> _byName =
        results.ToDictionary(result => (result.Variant.Case, result.Variant.Name));

    public IReadOnlyList<Result> Results => results;

    public int Rounds => results.Select(result => result.AddedByRound.Count).FirstOrDefault();

    public IEnumerable<IGrouping<string, Result>> Cases => results.GroupBy(result => result.Variant.Case);

    /// <summary>Null when the variant was not chosen.</summary>
    public Result? Find(string @case, string name) => _byName.GetValueOrDefault((@case, name));

    /// <summary>The range, in nanoseconds either way, that half of the differences between the case's base and its copy lie in.</summary>
    public double Spread(string @case) => Find(@case, Variant.Copy)?.AddedTime is { } added
        ? Math.Max(Math.Abs(added.First), Math.Abs(added.Third))
        : 0;

    /// <summary>What the variant adds in terms of what another of its case adds, round by round.</summary>
    public Quartiles? AddedRatio(Result result, string other) =>
        Find(result.Variant.Case, other) is { } reference && !result.IsBaseline
            ? Quartiles.Of(result.AddedByRound.Zip(reference.AddedByRound, (own, beside) => own / beside))
            : null;
}
