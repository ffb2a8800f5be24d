namespace Mesh.Benchmarks.EndToEnd;

/// <summary>What a child says once it is ready, in a line of its own.</summary>
/// <param name="Addresses">Where it listens, as host:port.</param>
/// <param name="Processes">The processes whose CPU time is the child's work.</param>
internal sealed record Started(string[] Addresses, int[] Processes);
