using System.Collections.Immutable;

namespace Mesh.Model;

/// <summary>Which requests, where to, and how.</summary>
internal sealed record MeshRoute
{
    /// <summary>Given by the settings, else <c>route-N</c> with its place in the list, from 0.</summary>
    public string Name { get; init; } = "";

    /// <summary>Routes keyed by name are tried in this order, lowest first, then by name.</summary>
    public int Order { get; init; }

    /// <summary>Any of these. Empty: every request.</summary>
    public ImmutableArray<RouteMatch> Match { get; init; } = [];

    /// <summary>Empty: the service itself, all its endpoints.</summary>
    public ImmutableArray<RouteTarget> To { get; init; } = [];

    public RouteRedirect? Redirect { get; init; }

    public DirectResponse? DirectResponse { get; init; }

    public RouteRewrite? Rewrite { get; init; }

    public HeaderEdits RequestHeaders { get; init; } = new();

    public HeaderEdits ResponseHeaders { get; init; } = new();

    public ImmutableArray<RouteMirror> Mirror { get; init; } = [];

    public RouteFault? Fault { get; init; }

    /// <summary>From the call's start to the last byte of the answer's body. Null: none of the mesh's own.</summary>
    public TimeSpan? Timeout { get; init; }

    public TimeSpan? IdleTimeout { get; init; }

    public RetrySettings Retry { get; init; } = new();

    /// <summary>Whether no route after this one is ever tried.</summary>
    public bool TakesEveryRequest => Match.IsEmpty || Match.Any(match => match.TakesEveryRequest);
}

/// <summary>A share of a route's requests and where it goes.</summary>
internal sealed record RouteTarget
{
    /// <summary>Null: the service that the route belongs to.</summary>
    public string? Service { get; init; }

    /// <summary>Null: all endpoints. A name that the service does not list means the endpoints of that version.</summary>
    public string? Subset { get; init; }

    public int Weight { get; init; } = 1;
}
