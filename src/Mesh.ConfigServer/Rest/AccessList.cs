using System.Collections.Immutable;

namespace Mesh.ConfigServer.Rest;

/// <summary>All access tokens, the newest first.</summary>
internal sealed record AccessList(ImmutableArray<AccessEntry> Tokens);
