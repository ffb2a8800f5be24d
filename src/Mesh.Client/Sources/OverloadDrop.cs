namespace Mesh.Client.Sources;

/// <summary>A share of calls that fails on purpose, so that the rest is served.</summary>
/// <param name="Category">What for, in the control plane's words.</param>
/// <param name="Percent">From 0 to 100, of the calls that those before it have left over.</param>
internal sealed record OverloadDrop(string Category, decimal Percent);
