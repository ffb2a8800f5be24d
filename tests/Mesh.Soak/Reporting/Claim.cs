namespace Mesh.Soak.Reporting;

/// <summary>What was to be shown, and whether the run has shown it.</summary>
internal sealed record Claim(string Text, bool Holds, string Found);
