using System.Collections.Immutable;

namespace Mesh.Model.Explanations;

/// <summary>Whether a route takes the request, and what it does then.</summary>
internal sealed record RouteExplanation
{
    public required string Name { get; init; }

    public required double Odds { get; init; }

    /// <summary>In words.</summary>
    public required string Verdict { get; init; }

    /// <summary>One for each of the route's matches. Empty: it takes every request.</summary>
    public required ImmutableArray<MatchExplanation> Matches { get; init; }

    /// <summary>What the route does with a request besides sending it on, in words and in that order.</summary>
    public required ImmutableArray<string> Actions { get; init; }

    /// <summary>Empty: the route answers by itself.</summary>
    public required ImmutableArray<TargetExplanation> Targets { get; init; }
}

/// <summary>Why a match holds or does not.</summary>
internal sealed record MatchExplanation
{
    /// <summary>The conditions that do not hold, each with what was found. Empty: all hold.</summary>
    public required ImmutableArray<string> Obstacles { get; init; }

    /// <summary>Which share of the requests that it would hold for it takes, 0 to 100.</summary>
    public required decimal Percent { get; init; }
}
