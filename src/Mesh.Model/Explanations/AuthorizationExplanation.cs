using System.Collections.Immutable;

namespace Mesh.Model.Explanations;

/// <summary>Whether a call may pass, and why.</summary>
internal sealed record AuthorizationExplanation
{
    /// <summary>The full name of the one that is called; empty: that goes without saying.</summary>
    public string Service { get; init; } = "";

    public required bool IsAllowed { get; init; }

    /// <summary>What decides, as a sentence.</summary>
    public required string Verdict { get; init; }

    /// <summary>What would decide if the policies in dry run were in force; null where there are none.</summary>
    public required string? Rehearsed { get; init; }

    /// <summary>Those that are for the process.</summary>
    public required ImmutableArray<PolicyExplanation> Policies { get; init; }
}
