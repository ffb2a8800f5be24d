using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Model.Tests.Xds;

/// <summary>What is told of a resource that a stranger has filled with faults.</summary>
public sealed class XdsFieldTests
{
    [Fact]
    public void Of_many_faults_the_first_are_told()
    {
        Wire.LocalityLbEndpoints place = new();
        place.LbEndpoints.Add(Enumerable.Range(0, 5_000).Select(_ => new Wire.LbEndpoint()));

        Decoded<XdsEndpoints> decoded = EndpointsCodec.Decode(new() { ClusterName = "a", Endpoints = { place } });

        Assert.False(decoded.IsGood);
        Assert.Equal(101, decoded.Faults.Length);
        Assert.Equal("endpoints[0].lb_endpoints[0].endpoint.address.socket_address", decoded.Faults[0].Path);
        Assert.Equal("There are more than 100 of these.", $"{decoded.Faults[^1]}");
    }

    [Fact]
    public void Of_many_warnings_the_first_are_told_and_nothing_is_wrong()
    {
        Wire.LocalityLbEndpoints place = new();
        place.LbEndpoints.Add(Enumerable.Range(0, 5_000).Select(
            _ => new Wire.LbEndpoint { Endpoint = new() { Address = new() { Pipe = new() } } }));

        Decoded<XdsEndpoints> decoded = EndpointsCodec.Decode(new() { ClusterName = "a", Endpoints = { place } });

        Assert.True(decoded.IsGood);
        Assert.Equal(101, decoded.Warnings.Length);
    }

    [Fact]
    public void What_was_sent_is_told_on_one_line_of_some_length()
    {
        Wire.Cluster cluster = new() { Name = "a", TransportSocket = new() { Name = "x\n" + new string('y', 100_000) } };

        XdsFault fault = ClusterCodec.Decode(cluster).Faults.Single(fault => fault.Path == "transport_socket");

        Assert.StartsWith("'x\\u000ay", fault.Message, StringComparison.Ordinal);
        Assert.InRange(fault.Message.Length, 100, 5_000);
    }
}
