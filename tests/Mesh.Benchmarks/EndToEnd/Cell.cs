using static System.FormattableString;

namespace Mesh.Benchmarks.EndToEnd;

/// <summary>One kind of load; figures compare within it.</summary>
/// <param name="Protocol">What is spoken.</param>
/// <param name="Concurrency">How many callers there are, each of which calls again as soon as it has its answer.</param>
/// <param name="Bytes">Length of an answer.</param>
internal sealed record Cell(Protocol Protocol, int Concurrency, int Bytes)
{
    public string Name => Invariant($"{Protocol.Name}, c={Concurrency}, {(Bytes < 1024 ? $"{Bytes} B" : $"{Bytes / 1024} KiB")}");
}
