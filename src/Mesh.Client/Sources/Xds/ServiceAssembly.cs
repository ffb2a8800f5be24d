using System.Collections.Immutable;
using Mesh.Model;
using Mesh.Model.Xds;

namespace Mesh.Client.Sources.Xds;

/// <summary>
/// A service of our own config server, put together from its listener, routes, cluster and endpoints. Where there is no answer before and a
/// part was refused, that is the answer. Other services that its routes lead to are followed as services of their own.
/// </summary>
/// <param name="store">Where the resources are.</param>
/// <param name="name">The service's full name, or one of the names that it is called by.</param>
internal sealed class ServiceAssembly(ResourceStore store, string name) : ResourceAssembly(store)
{
    private (object? Listener, object? Routes, object? Cluster) _source;
    private MeshService? _rules;
    private bool _wasWhole;

    protected override SourceAnswer? Assemble()
    {
        // All are asked for at once, by the name that they have unless the listener says otherwise.
        XdsResource listener = Part(XdsResourceType.Listener, name);
        string service = (listener.Value as XdsListener)?.RouteConfigurationName ?? name;
        XdsResource routes = Part(XdsResourceType.RouteConfiguration, service);
        XdsResource cluster = Part(XdsResourceType.Cluster, service);
        XdsCluster? how = cluster.Value as XdsCluster;
        XdsResource endpoints = Part(XdsResourceType.Endpoints, how?.EndpointsName ?? service);
        if (listener.State == XdsResourceState.DoesNotExist)
        {
            _wasWhole = false;
            return SourceAnswer.NotKnown;
        }

        bool isWhole = listener.Value is not null
            && !IsAwaited(routes)
            && !IsAwaited(cluster)
            && (!IsAwaited(endpoints) || how is { Kind: not XdsClusterKind.Eds });
        if (!isWhole)
        {
            return _wasWhole ? null : Unusable(listener, routes, cluster, endpoints);
        }

        _wasWhole = true;
        ImmutableArray<MeshEndpoint> told = (endpoints.Value as XdsEndpoints)?.Endpoints ?? [];
        ImmutableArray<MeshEndpoint> called = ClusterEndpoints.Of(cluster, told);
        return new SourceAnswer
        {
            Trouble = called.IsEmpty && !told.IsEmpty ? ClusterEndpoints.TroubleOf(cluster) : null,
            Rules = RulesOf((XdsListener)listener.Value!, (XdsRouteConfiguration?)routes.Value, how),
            RulesVersion = $"{routes.Version}+{cluster.Version}",
            Endpoints = how switch
            {
                // Nobody says how they are called: in plain text they must not be.
                null => [],
                { Endpoint: { } only } => [only],
                { EndpointsElsewhere: true } => null,
                _ => called,
            },
        };
    }

    // Of a service that comes, or comes back, a part may still be as gone as the service was a moment ago.
    private bool IsAwaited(XdsResource part) =>
        part.State == XdsResourceState.Requested || (!_wasWhole && part.State == XdsResourceState.DoesNotExist);

    /// <summary>A service that is there, with a part that cannot be used: no other source speaks in its place. Null: all may be well yet.</summary>
    private SourceAnswer? Unusable(params IEnumerable<XdsResource> parts) =>
        parts.FirstOrDefault(part => part is { Value: null, Trouble: not null }) is not { } refused ? null : new SourceAnswer
        {
            Rules = new MeshService { Name = name },
            Endpoints = [],
            Trouble = $"{refused.Type} '{refused.Name}' of the config server cannot be used. {refused.Trouble}",
        };

    // The same object as before where only endpoints have changed: rules are compiled by whoever gets them.
    private MeshService RulesOf(XdsListener listener, XdsRouteConfiguration? routes, XdsCluster? cluster)
    {
        if (_rules is null || _source != (listener, routes, cluster))
        {
            _source = (listener, routes, cluster);
            _rules = (cluster?.Settings ?? new MeshService()) with { Name = name, Routes = RoutesOf(listener, routes) };
        }

        return _rules;
    }

    private static ImmutableArray<MeshRoute> RoutesOf(XdsListener listener, XdsRouteConfiguration? routes)
    {
        if ((listener.Routes ?? routes) is not { } all || XdsVirtualHosts.Find(all.VirtualHosts, all.Name) is not { } host)
        {
            return RouteListCodec.Nothing;
        }

        return ListenerDefaults.Apply(listener, host.Routes);
    }
}
