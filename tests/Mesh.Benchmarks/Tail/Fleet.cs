namespace Mesh.Benchmarks.Tail;

/// <summary>The backends of a run: all healthy, but for the first where the case says so.</summary>
internal sealed class Fleet(BackendKind odd, VirtualTime time, Random random)
{
    public const int Size = 10;

    /// <summary>Calls a second that all backends together can work off while they are healthy.</summary>
    public static double Capacity => Size * BackendKind.Healthy.Capacity;

    public IReadOnlyList<Backend> Backends { get; } =
        [.. Enumerable.Range(0, Size).Select(i => new Backend(i == 0 ? odd : BackendKind.Healthy, time, random))];

    /// <summary>How many calls all of them were sent.</summary>
    public int Attempts => Backends.Sum(backend => backend.Attempts);

    /// <summary>How many of these the odd one was.</summary>
    public int OddAttempts => Backends[0].Attempts;
}
