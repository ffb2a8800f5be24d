namespace Mesh.Client.Sources.Xds;

/// <summary>What is known of an <see cref="OwnResource"/>.</summary>
/// <param name="Name">As it is asked for.</param>
/// <param name="Value">The last good one; null: there is none, or none is known.</param>
/// <param name="Version">Its version; empty where there is none.</param>
/// <param name="Trouble">Why it is not the newest; null: it is, as far as is known.</param>
internal sealed record OwnAnswer(string Name, object? Value, string Version, string? Trouble);
