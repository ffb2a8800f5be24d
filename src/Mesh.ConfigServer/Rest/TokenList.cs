using System.Collections.Immutable;

namespace Mesh.ConfigServer.Rest;

/// <summary>All join tokens.</summary>
/// <param name="Tokens">The newest first.</param>
internal sealed record TokenList(ImmutableArray<Token> Tokens);
