using static System.FormattableString;

namespace Mesh.Benchmarks.Tail;

/// <summary>What the calls meet, and how many there are.</summary>
/// <param name="Fleet">The odd backend in words.</param>
/// <param name="Odd">That backend.</param>
/// <param name="Load">Calls in terms of what the fleet could work off if all its backends were healthy.</param>
/// <param name="Callers">Processes that make the calls between them, each with a mesh of its own that knows of its own calls only.</param>
internal sealed record TailCase(string Fleet, BackendKind Odd, double Load, int Callers = 1)
{
    public const double Moderate = 0.55;
    public const double High = 0.8;

    private const string SlowAndSmall = "one 20x slow";
    private const string SlowAlone = "one 20x slow, same capacity";
    private const string FailsHalf = "one failing half";
    private const string Healthy = "healthy";
    private const int Many = 20;

    public static IReadOnlyList<TailCase> All { get; } =
    [
        .. ByLoad(SlowAndSmall, BackendKind.SlowAndSmall),
        .. ByLoad(SlowAlone, BackendKind.SlowAlone),
        .. ByLoad(FailsHalf, BackendKind.FailsHalf),
        .. ByLoad(Healthy, BackendKind.Healthy),
        new TailCase(SlowAlone, BackendKind.SlowAlone, Moderate, Many),
        new TailCase(FailsHalf, BackendKind.FailsHalf, Moderate, Many),
        new TailCase(Healthy, BackendKind.Healthy, Moderate, Many),
    ];

    public string Name => Invariant($"{Fleet}, {Load * 100:F0} %{(Callers > 1 ? $", {Callers} callers" : "")}");

    public bool HasSlow => Odd.SlowDown > 1;

    public bool HasFailing => Odd.FailureShare > 0;

    private static IEnumerable<TailCase> ByLoad(string fleet, BackendKind odd) =>
        [new TailCase(fleet, odd, Moderate), new TailCase(fleet, odd, High)];
}
