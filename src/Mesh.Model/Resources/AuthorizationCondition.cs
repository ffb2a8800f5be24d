using System.Collections.Immutable;

namespace Mesh.Model;

/// <summary>Something of a call, by its key, and which values it may have.</summary>
internal sealed record AuthorizationCondition
{
    public AuthorizationKey Key { get; init; }

    /// <summary>The header's name, where the key is one.</summary>
    public string? Header { get; init; }

    /// <summary>Any of these. Empty: any value.</summary>
    public ImmutableArray<string> Values { get; init; } = [];

    /// <summary>None of these.</summary>
    public ImmutableArray<string> NotValues { get; init; } = [];
}
