namespace Mesh.ConfigServer.Rest;

/// <summary>An access token that was made just now.</summary>
/// <param name="Text">The whole of it, for whoever is to use it. It is told this once.</param>
/// <param name="Token">What it is.</param>
internal sealed record CreatedAccess(string Text, AccessEntry Token);
