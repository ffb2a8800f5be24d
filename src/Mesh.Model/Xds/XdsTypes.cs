namespace Mesh.Model.Xds;

/// <summary>The types of resources, as streams name them.</summary>
internal static class XdsTypes
{
    public const string Listener = "type.googleapis.com/envoy.config.listener.v3.Listener";
    public const string RouteConfiguration = "type.googleapis.com/envoy.config.route.v3.RouteConfiguration";
    public const string Cluster = "type.googleapis.com/envoy.config.cluster.v3.Cluster";
    public const string ClusterLoadAssignment = "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment";

    /// <summary>What processes of our own are told of calls that reach them, by the full name of their service.</summary>
    public const string InboundPolicy = "type.googleapis.com/mesh.v1.MeshInboundPolicy";

    /// <summary>Whom they are to believe.</summary>
    public const string TrustBundle = "type.googleapis.com/mesh.v1.MeshTrustBundle";

    /// <summary>No type of its own: it stands in the place of a <see cref="ClusterLoadAssignment"/>.</summary>
    public const string EndpointsPatch = "type.googleapis.com/mesh.v1.MeshEndpointsPatch";
}
