using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Model.Tests.Xds;

/// <summary>Messages that protoc encoded by upstream's own definitions.</summary>
public sealed class GoldenClustersTests
{
    [Fact]
    public void A_cluster_with_issued_certificates_has_those_of_the_mesh() =>
        Assert.Equal(TlsMode.Mesh, ClusterCodec.Decode(Cluster()).Value?.Settings.Tls?.Mode);

    [Fact]
    public void The_rest_of_the_cluster_is_understood()
    {
        Wire.Cluster message = Cluster();
        message.TransportSocket = null;

        XdsCluster cluster = Wires.Good(ClusterCodec.Decode(message));

        Assert.Equal(("c1", XdsClusterKind.Eds, "c1-eds"), (cluster.Name, cluster.Kind, cluster.EndpointsName));
        Assert.Equal(
            Wires.Dump(new MeshService
            {
                Name = "c1",
                LoadBalancing = new() { Policy = BalancingPolicy.RoundRobin, PanicThreshold = 0 },
                CircuitBreaker = new() { MaxRequests = 100 },
                OutlierDetection = new()
                {
                    ConsecutiveErrors = 5, BaseEjectionTime = TimeSpan.FromSeconds(30), MaxEjectionTime = TimeSpan.FromSeconds(300), MaxEjectionPercent = 10,
                },
            }),
            Wires.Dump(cluster.Settings));
    }

    [Fact]
    public void An_endpoint_that_drains_and_a_socket_on_disk_are_left_out()
    {
        Decoded<XdsEndpoints> decoded = EndpointsCodec.Decode(Golden.Read<Wire.ClusterLoadAssignment>("cla"));

        Assert.Equal("c1-eds", decoded.Value!.Name);
        Assert.Empty(decoded.Value.Endpoints);
        Assert.Equal([("lb", 7m)], decoded.Value.DropOverloads);
        Assert.Equal(["endpoints[0].lb_endpoints[1].endpoint.address.pipe"], decoded.Warnings.Select(warning => warning.Path));
    }

    [Fact]
    public void The_endpoint_is_understood_once_it_is_well()
    {
        Wire.ClusterLoadAssignment message = Golden.Read<Wire.ClusterLoadAssignment>("cla");
        message.Endpoints[0].LbEndpoints[0].HealthStatus = Wire.HealthStatus.Healthy;
        message.Endpoints[0].LoadBalancingWeight = 2;

        Assert.Equal(
            Wires.Dump([new MeshEndpoint { Host = "10.0.0.9", Port = 8080, Version = "r", Weight = 2, Priority = 1, Locality = new() { Region = "eu", Zone = "eu-1" } }]),
            Wires.Dump(EndpointsCodec.Decode(message).Value!.Endpoints));
    }

    private static Wire.Cluster Cluster() => Golden.Read<Wire.Cluster>("cluster");
}
