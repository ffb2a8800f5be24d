namespace Mesh.ConfigServer.Telemetry;

/// <summary>A row of the table of instruments.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Unit">As UCUM has it.</param>
/// <param name="Description">What it measures, in one sentence.</param>
/// <param name="Attributes">What its measurements carry.</param>
internal sealed record ServerInstrument(string Name, string Unit, string Description, params IReadOnlyList<string> Attributes);
