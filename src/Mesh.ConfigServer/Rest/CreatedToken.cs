namespace Mesh.ConfigServer.Rest;

/// <summary>A join token that was made just now.</summary>
/// <param name="Text">The whole of it, for the process that joins. It is told this once.</param>
/// <param name="Token">What it is.</param>
internal sealed record CreatedToken(string Text, Token Token);
