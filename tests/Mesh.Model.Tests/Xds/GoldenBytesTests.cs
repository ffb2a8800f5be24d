using Google.Protobuf;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Model.Tests.Xds;

/// <summary>Whether our definitions have the fields of upstream's, with their numbers and types.</summary>
public sealed class GoldenBytesTests
{
    public static TheoryData<string, MessageParser> Messages => new()
    {
        { "cluster", Wire.Cluster.Parser }, { "cla", Wire.ClusterLoadAssignment.Parser },
        { "route_config", Wire.RouteConfiguration.Parser }, { "listener_client", Wire.Listener.Parser }, { "discovery_request_nack", Wire.DiscoveryRequest.Parser },
        { "delta_request", Wire.DeltaDiscoveryRequest.Parser }, { "load_stats_request", Wire.LoadStatsRequest.Parser },
    };

    [Theory(DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(Messages))]
    public void Every_byte_of_theirs_is_of_a_field_that_we_know(string name, MessageParser parser) =>
        Assert.Equal(Golden.Bytes(name), Golden.Rewritten(name, parser));

    [Fact]
    public void What_we_do_not_know_is_carried_along()
    {
        Assert.NotEqual(Golden.Bytes("listener_server_rbac"), Golden.Rewritten("listener_server_rbac", Wire.Listener.Parser));
        Assert.Equal(Golden.Bytes("listener_server_rbac").Length, Golden.Read<Wire.Listener>("listener_server_rbac").CalculateSize());
    }

    [Fact]
    public void Loads_are_read()
    {
        Wire.ClusterStats stats = Assert.Single(Golden.Read<Wire.LoadStatsRequest>("load_stats_request").ClusterStats);
        Wire.UpstreamLocalityStats place = Assert.Single(stats.UpstreamLocalityStats);

        Assert.Equal(("c1", "c1-eds", 5ul), (stats.ClusterName, stats.ClusterServiceName, stats.TotalDroppedRequests));
        Assert.Equal((10ul, 2ul, 1ul, 13ul), (
            place.TotalSuccessfulRequests, place.TotalRequestsInProgress, place.TotalErrorRequests, place.TotalIssuedRequests));
        Assert.Equal(1.25, Assert.Single(place.LoadMetricStats).TotalMetricValue);
        Assert.Equal(("lb", 5ul), (Assert.Single(stats.DroppedRequests).Category, stats.DroppedRequests[0].DroppedCount));
    }
}
