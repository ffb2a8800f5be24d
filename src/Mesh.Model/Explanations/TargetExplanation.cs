using System.Collections.Immutable;

namespace Mesh.Model.Explanations;

/// <summary>One place that a route sends requests to.</summary>
internal sealed record TargetExplanation
{
    public required string Service { get; init; }

    /// <summary>Null: all endpoints.</summary>
    public string? Subset { get; init; }

    /// <summary>Of those that the route gets, as its weight says.</summary>
    public required double Share { get; init; }

    /// <summary>Of all such requests.</summary>
    public required double Odds { get; init; }

    /// <summary>Why requests that come here fail; null: they do not.</summary>
    public string? Failure { get; init; }

    /// <summary>Why no endpoints are listed although the requests do not fail; null: they are.</summary>
    public string? Remark { get; init; }

    public required ImmutableArray<EndpointOdds> Endpoints { get; init; }
}

/// <summary>How likely an endpoint gets the request. All are taken to be well, and equally fast.</summary>
internal sealed record EndpointOdds
{
    public required string Service { get; init; }

    /// <summary>A name in DNS stands for the endpoints that it has at the moment.</summary>
    public required string Address { get; init; }

    public string? Version { get; init; }

    public required int Priority { get; init; }

    /// <summary>0: it gets requests while others fail, such as those of a lower priority.</summary>
    public required double Odds { get; init; }
}
