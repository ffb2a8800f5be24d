namespace Mesh.Client.Telemetry;

/// <summary>A row of the table of instruments.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Kind">What it does, in OpenTelemetry's words.</param>
/// <param name="Unit">As UCUM has it.</param>
/// <param name="Description">What it measures, in one sentence.</param>
/// <param name="Attributes">What its measurements may carry.</param>
internal sealed record MeshInstrument(string Name, string Kind, string Unit, string Description, params IReadOnlyList<string> Attributes);
