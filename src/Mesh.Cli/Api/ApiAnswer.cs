namespace Mesh.Cli.Api;

/// <summary>What the server answered.</summary>
/// <param name="Text">The body.</param>
/// <param name="ETag">Names the content, with its quotes; null: there is none.</param>
/// <param name="Generation">Of the mesh that it is about; null: the server does not say.</param>
internal sealed record ApiAnswer(string Text, string? ETag, long? Generation);
