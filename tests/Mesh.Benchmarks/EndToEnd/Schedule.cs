namespace Mesh.Benchmarks.EndToEnd;

/// <summary>What to measure and for how long.</summary>
/// <param name="Cells">The kinds of load.</param>
/// <param name="Slice">How long a turn takes.</param>
/// <param name="WarmUpRounds">How many turns each contender has, by one kind of load after the other, before any is measured.</param>
/// <param name="Rounds">How many turns each contender has with each kind of load.</param>
internal sealed record Schedule(IReadOnlyList<Cell> Cells, TimeSpan Slice, int WarmUpRounds, int Rounds)
{
    private const int Small = 100;
    private const int Large = 10 * 1024;
    private const int Many = 32;

    /// <summary>Of answers, in bytes.</summary>
    public static IReadOnlyList<int> Lengths { get; } = [Small, Large];

    public static Schedule Full { get; } = new(
        [
            .. from protocol in Protocol.All
               where !protocol.ClosesConnections
               from concurrency in (int[])[1, Many]
               from length in Lengths
               select new Cell(protocol, concurrency, length),
            .. from concurrency in (int[])[1, Many] select new Cell(Protocol.Handshakes, concurrency, Small),
        ],
        TimeSpan.FromMilliseconds(200),
        WarmUpRounds: 24,
        Rounds: 25);

    /// <summary>One kind of load for each protocol, but of those with TLS for two alone.</summary>
    public static Schedule Quick { get; } = new(
        [
            .. from protocol in Protocol.All
               where !protocol.IsSecure || protocol == Protocol.SecureGrpc || protocol == Protocol.Handshakes
               select new Cell(protocol, Many, Small),
        ],
        TimeSpan.FromMilliseconds(80),
        WarmUpRounds: 3,
        Rounds: 4);
}
