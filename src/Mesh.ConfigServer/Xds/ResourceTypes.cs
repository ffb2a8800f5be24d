using Mesh.Model.Xds;

namespace Mesh.ConfigServer.Xds;

/// <summary>What streams say of types.</summary>
internal static class ResourceTypes
{
    public static ResourceType[] InOrderOfMaking { get; } =
        [ResourceType.Cluster, ResourceType.Endpoints, ResourceType.Listener, ResourceType.Routes, ResourceType.InboundPolicy, ResourceType.TrustBundle];

    /// <summary>What refers goes before what is referred to.</summary>
    public static ResourceType[] InOrderOfRemoval { get; } =
        [ResourceType.Listener, ResourceType.Routes, ResourceType.Cluster, ResourceType.Endpoints, ResourceType.InboundPolicy, ResourceType.TrustBundle];

    public static string Url(this ResourceType type) => type switch
    {
        ResourceType.Cluster => XdsTypes.Cluster,
        ResourceType.Endpoints => XdsTypes.ClusterLoadAssignment,
        ResourceType.Listener => XdsTypes.Listener,
        ResourceType.Routes => XdsTypes.RouteConfiguration,
        ResourceType.InboundPolicy => XdsTypes.InboundPolicy,
        ResourceType.TrustBundle => XdsTypes.TrustBundle,
        _ => throw new InvalidOperationException($"No type of xDS is known for {type}."),
    };

    /// <summary>Null: not a type that is served.</summary>
    public static ResourceType? Of(string url) => url switch
    {
        XdsTypes.Cluster => ResourceType.Cluster,
        XdsTypes.ClusterLoadAssignment => ResourceType.Endpoints,
        XdsTypes.Listener => ResourceType.Listener,
        XdsTypes.RouteConfiguration => ResourceType.Routes,
        XdsTypes.InboundPolicy => ResourceType.InboundPolicy,
        XdsTypes.TrustBundle => ResourceType.TrustBundle,
        _ => null,
    };

    /// <summary>Whether a response in state of the world has all that was asked for, so that what is absent does not exist.</summary>
    public static bool IsWhole(this ResourceType type) => type is ResourceType.Cluster or ResourceType.Listener;
}
