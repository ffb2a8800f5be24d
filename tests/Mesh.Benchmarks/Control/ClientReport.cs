namespace Mesh.Benchmarks.Control;

/// <summary>What a real client answers.</summary>
/// <param name="Endpoints">How many it has.</param>
/// <param name="At">The system's time stamp at which it had them.</param>
/// <param name="Managed">Bytes on its heap.</param>
internal sealed record ClientReport(int Endpoints, long At, long Managed);
