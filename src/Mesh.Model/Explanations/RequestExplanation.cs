using System.Collections.Immutable;

namespace Mesh.Model.Explanations;

/// <summary>What becomes of a request, and why. All odds are from 0 to 1, of all such requests.</summary>
internal sealed record RequestExplanation
{
    /// <summary>Who is called.</summary>
    public required string Service { get; init; }

    /// <summary>Who calls.</summary>
    public required string Caller { get; init; }

    /// <summary>In the order in which they are tried.</summary>
    public required ImmutableArray<RouteExplanation> Routes { get; init; }

    /// <summary>Requests that no route takes. They are answered with 404, gRPC calls with UNIMPLEMENTED.</summary>
    public required double Unmatched { get; init; }

    /// <summary>Where the requests arrive, over all routes, the likeliest first.</summary>
    public required ImmutableArray<EndpointOdds> Endpoints { get; init; }

    /// <summary>Whether each service takes them where they arrive, if it is asked who calls; null: it is not.</summary>
    public ImmutableArray<AuthorizationExplanation>? Access { get; init; }
}
