namespace Mesh.Benchmarks.EndToEnd;

/// <summary>What a client is told to do in its turn, in a line of its own.</summary>
/// <param name="Concurrency">How many callers.</param>
/// <param name="Bytes">Length of the answers to ask for.</param>
/// <param name="Length">How long.</param>
internal sealed record LoadOrder(int Concurrency, int Bytes, TimeSpan Length);
