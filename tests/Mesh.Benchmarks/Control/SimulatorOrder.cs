namespace Mesh.Benchmarks.Control;

/// <summary>What the suite asks of a simulator.</summary>
/// <param name="Do">What to do.</param>
internal sealed record SimulatorOrder(SimulatorStep Do)
{
    /// <summary>The group that is meant, by its place among those that were connected.</summary>
    public int Group { get; init; }

    /// <summary>Of <see cref="SimulatorStep.Connect"/>: how many clients.</summary>
    public int Clients { get; init; }

    /// <summary>Of <see cref="SimulatorStep.Connect"/>: what each subscribes to.</summary>
    public string[] Shared { get; init; } = [];

    /// <summary>Of <see cref="SimulatorStep.Connect"/>: from these each client takes some of its own.</summary>
    public string[] Others { get; init; } = [];

    public int OthersEach { get; init; }

    /// <summary>Of <see cref="SimulatorStep.Connect"/>: how many connect in a second.</summary>
    public int PerSecond { get; init; } = 400;

    /// <summary>Of waits.</summary>
    public double WithinSeconds { get; init; } = 60;
}
