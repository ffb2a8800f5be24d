using Mesh.Benchmarks.Reporting;
using static System.FormattableString;

namespace Mesh.Benchmarks.Control;

/// <summary>What was found, for people while it is found and for programs at the end.</summary>
internal sealed class ControlFigures
{
    private readonly List<JsonEntry> _entries = [];
    private readonly List<Target> _targets = [];

    public IReadOnlyList<JsonEntry> Entries => _entries;

    public IReadOnlyList<Target> Targets => _targets;

    /// <summary>Adds a row of figures, and prints it.</summary>
    /// <param name="case">What was done.</param>
    /// <param name="variant">To what.</param>
    /// <param name="figures">Each with its unit.</param>
    public void Add(string @case, string variant, params IEnumerable<(string Metric, string Unit, double Value)> figures)
    {
        (string Metric, string Unit, double Value)[] all = [.. figures];
        _entries.AddRange(all.Select(figure => new JsonEntry("control", @case, variant, figure.Metric, figure.Unit, figure.Value)));
        Console.WriteLine($"{@case}, {variant}: {string.Join(", ", all.Select(figure => Invariant($"{figure.Metric} {figure.Value:0.##} {figure.Unit}")))}");
    }

    public void AddTarget(string text, string unit, double value, double limit, int digits = 0) =>
        _targets.Add(new Target(text, unit, value, limit, Spread: 0, digits));
}
