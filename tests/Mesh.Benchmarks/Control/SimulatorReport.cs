namespace Mesh.Benchmarks.Control;

/// <summary>What a simulator answers, of the group that was meant.</summary>
/// <param name="Clients">How many there are.</param>
/// <param name="InSync">How many of them are in sync.</param>
/// <param name="Firsts">When clients were told something first, since the counting began; in order.</param>
/// <param name="Messages">Responses since then.</param>
/// <param name="Bytes">Bytes received since then.</param>
internal sealed record SimulatorReport(int Clients, int InSync, long[] Firsts, long Messages, long Bytes);
