using System.Collections.Immutable;

namespace Mesh.Model.Explanations;

/// <summary>Whether a policy matches a call.</summary>
internal sealed record PolicyExplanation
{
    /// <summary>With its namespace.</summary>
    public required string Name { get; init; }

    public required AuthorizationAction Action { get; init; }

    public required bool DryRun { get; init; }

    /// <summary>In words.</summary>
    public required string Verdict { get; init; }

    /// <summary>For each rule what keeps it from matching, with what was found. Empty: it matches.</summary>
    public required ImmutableArray<ImmutableArray<string>> Obstacles { get; init; }
}
