namespace Mesh.Benchmarks.EndToEnd;

/// <summary>What a client measured in its turn. None of the calls failed: a client ends at the first that does.</summary>
/// <param name="Calls">How many calls were made.</param>
/// <param name="Elapsed">From the first call's start to the last one's end.</param>
/// <param name="P50">The median of the calls' time.</param>
/// <param name="P99">What one call in a hundred took longer than.</param>
/// <param name="Cpu">CPU time of the client's process.</param>
/// <param name="Allocated">Bytes that the client's process allocated.</param>
internal sealed record LoadReport(int Calls, TimeSpan Elapsed, TimeSpan P50, TimeSpan P99, TimeSpan Cpu, long Allocated);
