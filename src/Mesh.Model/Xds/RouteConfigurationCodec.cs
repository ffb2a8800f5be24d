using System.Collections.Immutable;

namespace Mesh.Model.Xds;

/// <summary>
/// A service's routes. A service without any is called as such: that is one route for every request, marked as standing for none. In
/// xDS a virtual host without routes takes no request.
/// </summary>
internal static class RouteConfigurationCodec
{
    private static readonly MeshRoute s_none = new();

    /// <param name="fullName">The service's full name.</param>
    /// <param name="service">Its rules. Names of other services in it are looked up in its own namespace.</param>
    /// <param name="profile">Who is to read it.</param>
    /// <param name="caller">Who asks, for matches of a source where the client cannot tell itself; null: nobody knows.</param>
    public static Encoded<Wire.RouteConfiguration> Encode(
        string fullName, MeshService service, ClientProfile profile, ServiceIdentity? caller)
    {
        ImmutableArray<CapabilityGap>.Builder gaps = ImmutableArray.CreateBuilder<CapabilityGap>();
        ImmutableArray<MeshRoute> routes = service.Routes.IsEmpty ? [s_none] : service.Routes;
        IEnumerable<MeshRoute> understood = profile is ClientProfile.Mesh ? routes : new GrpcRoutes(caller, gaps).Honour(routes);
        Wire.VirtualHost host = new() { Name = fullName };
        host.Domains.Add(profile is ClientProfile.Mesh
            ? service.Hosts.Prepend(fullName).Distinct(StringComparer.OrdinalIgnoreCase) : ["*"]);
        host.Routes.Add(understood.SelectMany(
            route => RouteCodec.Encode(route, new RouteNames(fullName), profile, standsForNone: service.Routes.IsEmpty)));
        return new(new() { Name = fullName, VirtualHosts = { host } }, gaps.ToImmutable());
    }

    public static Decoded<XdsRouteConfiguration> Decode(Wire.RouteConfiguration routes)
    {
        XdsField at = XdsField.Resource();
        return at.Decoded(Decode(routes, at));
    }

    /// <summary>As a part of something else, such as a listener.</summary>
    public static XdsRouteConfiguration Decode(Wire.RouteConfiguration routes, XdsField at)
    {
        at.Refuse("ignore_port_in_host_matching", routes.IgnorePortInHostMatching);
        at.Refuse("ignore_path_parameters_in_path_matching", routes.IgnorePathParametersInPathMatching);
        at.Refuse("vhost_header", routes.VhostHeader.Length > 0);
        at.Ignore("vhds", routes.Vhds is not null);
        RouteNames names = new(routes.Name);
        HeaderLayer layer = HeaderLayer.Of(routes, at);
        RouteDefaults defaults = new(names, layer, layer)
        {
            Fault = FilterConfigs.Decode(routes.TypedPerFilterConfig, at).Fault,
            Mirror = MirrorCodec.Decode(routes.RequestMirrorPolicies, [], names, at),
            RouteWins = routes.MostSpecificHeaderMutationsWins,
        };
        HashSet<string> domains = new(StringComparer.OrdinalIgnoreCase);
        return new()
        {
            Name = routes.Name,
            VirtualHosts = [.. routes.VirtualHosts.Select(
                (host, i) => VirtualHostCodec.Decode(host, defaults, domains, at["virtual_hosts", i]))],
        };
    }
}
