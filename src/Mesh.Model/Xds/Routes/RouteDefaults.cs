using System.Collections.Immutable;

namespace Mesh.Model.Xds;

/// <summary>What is said for a route by the virtual host that it belongs to, and by the configuration.</summary>
internal sealed record RouteDefaults(RouteNames Names, HeaderLayer Host, HeaderLayer Configuration)
{
    public RouteFault? Fault { get; init; }

    public ImmutableArray<RouteMirror> Mirror { get; init; } = [];

    /// <summary>Null: nothing is said.</summary>
    public RetrySettings? Retry { get; init; }

    /// <summary>Whether the route's own edits come last, and the configuration's first; else it is the other way round.</summary>
    public bool RouteWins { get; init; }

    /// <summary>From the first to the last.</summary>
    public IEnumerable<HeaderLayer> Layers(HeaderLayer route) => RouteWins ? [Configuration, Host, route] : [route, Host, Configuration];
}
