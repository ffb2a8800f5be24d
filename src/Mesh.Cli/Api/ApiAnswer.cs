namespace Mesh.Cli.Api;

/// <summary>What the server answered.</summary>
/// <param name="Text">The body.</param>
/// <param name="ETag">Names the content, with its quotes; null: there is none.</param>
internal sealed record ApiAnswer(string Text, string? ETag);
