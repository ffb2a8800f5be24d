using Mesh.Benchmarks.Measuring;

namespace Mesh.Benchmarks.EndToEnd;

/// <summary>What was measured of one contender in one cell, round by round.</summary>
/// <param name="Contender">The contender.</param>
/// <param name="Turns">Its turns.</param>
internal sealed record Outcome(Contender Contender, IReadOnlyList<Turn> Turns)
{
    public Quartiles Value(Metric metric) => Quartiles.Of(Turns.Select(metric.Of));

    /// <summary>In terms of another's, by round.</summary>
    public Quartiles Ratio(Metric metric, Outcome other) =>
        Quartiles.Of(Turns.Zip(other.Turns, (own, beside) => metric.Of(own) / metric.Of(beside)));
}
