using System.Collections.Immutable;

namespace Mesh.Model;

/// <summary>Calls by who makes them, what they ask for, and else what: all that is given must hold. One that is empty takes every call.</summary>
internal sealed record AuthorizationRule
{
    /// <summary>Any of these. Empty: everybody.</summary>
    public ImmutableArray<AuthorizationSource> From { get; init; } = [];

    /// <summary>Any of these. Empty: everything.</summary>
    public ImmutableArray<AuthorizationOperation> To { get; init; } = [];

    /// <summary>All of these.</summary>
    public ImmutableArray<AuthorizationCondition> When { get; init; } = [];
}
