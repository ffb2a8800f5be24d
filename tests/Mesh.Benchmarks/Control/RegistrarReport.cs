namespace Mesh.Benchmarks.Control;

/// <summary>What that process answers.</summary>
/// <param name="Instances">How many are registered.</param>
/// <param name="At">The system's time stamp at which it was done what was asked, before the server could know.</param>
internal sealed record RegistrarReport(int Instances, long At);
