using CsCheck;
using Google.Protobuf;
using Mesh.Model.Tests.Matching;
using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Model.Tests.Xds;

/// <summary>Whatever bytes arrive: they cannot be parsed, or end in a value or in faults.</summary>
public sealed class DamagedBytesTests
{
    private static readonly Gen<byte[]> s_noise = Gen.Byte.Array[0, 80];

    [Fact]
    public void Any_bytes_of_a_cluster_end_in_a_value_or_in_faults() =>
        Gen.OneOf(s_noise, Mutated(Golden.Bytes("cluster")), ClustersGenerator.Service.SelectMany(service =>
            Mutated(ClusterCodec.Encode("a.b", null, service, ClientProfile.Mesh).Message.ToByteArray()))).Sample(
            bytes => AssertDecided<Wire.Cluster, XdsCluster>(bytes, ClusterCodec.Decode),
            iter: 20_000);

    [Fact]
    public void Any_bytes_of_endpoints_end_in_a_value_or_in_faults() =>
        Gen.OneOf(s_noise, Mutated(Golden.Bytes("cla")), ClustersGenerator.Endpoints.SelectMany(endpoints =>
            Mutated(EndpointsCodec.Encode("a.b", null, new() { Endpoints = endpoints }, ClientProfile.Mesh).Message.ToByteArray()))).Sample(
            bytes => AssertDecided<Wire.ClusterLoadAssignment, XdsEndpoints>(bytes, EndpointsCodec.Decode),
            iter: 20_000);

    [Fact]
    public void Any_bytes_of_a_patch_end_in_a_value_or_in_faults() =>
        Gen.OneOf(s_noise, ClustersGenerator.Endpoints.SelectMany(endpoints => Mutated(EndpointsPatchCodec.Encode(new()
        {
            Name = "a.b", BaseVersion = "1", Changed = endpoints, Removed = [.. endpoints.Select(endpoint => endpoint.Key)],
        }).ToByteArray()))).Sample(
            bytes => _ = AssertDecided<Wire.MeshEndpointsPatch, XdsEndpointsPatch>(bytes, EndpointsPatchCodec.Decode)?.Apply(new() { Name = "a.b" }),
            iter: 20_000);

    [Fact]
    public void Any_bytes_of_routes_end_in_a_value_or_in_faults() =>
        Gen.OneOf(s_noise, Mutated(Golden.Bytes("route_config")), RoutesGenerator.Service.SelectMany(service =>
            Mutated(RouteConfigurationCodec.Encode("a.b", service, ClientProfile.Mesh, null).Message.ToByteArray()))).Sample(
            bytes => AssertCanRoute(AssertDecided<Wire.RouteConfiguration, XdsRouteConfiguration>(bytes, RouteConfigurationCodec.Decode)),
            iter: 20_000);

    [Fact]
    public void Any_bytes_of_a_listener_end_in_a_value_or_in_faults() =>
        Gen.OneOf(s_noise, Mutated(Golden.Bytes("listener_client")), Mutated(Golden.Bytes("listener_server_rbac")),
            Mutated(ListenerCodec.Encode("catalog", "catalog.shop", born: 1, ClientProfile.Mesh).Message.ToByteArray())).Sample(
            bytes => AssertDecided<Wire.Listener, XdsListener>(bytes, ListenerCodec.Decode),
            iter: 20_000);

    private static Gen<byte[]> Mutated(byte[] bytes) =>
        from places in Gen.Int[0, Math.Max(0, bytes.Length - 1)].Array[1, 4]
        from values in Gen.Byte.Array[4]
        from length in Gen.Frequency((4, Gen.Const(bytes.Length)), (1, Gen.Int[0, bytes.Length]))
        select Change(bytes, places, values)[..length];

    private static byte[] Change(byte[] bytes, int[] places, byte[] values)
    {
        byte[] changed = [.. bytes];
        for (int i = 0; i < places.Length && changed.Length > 0; i++)
        {
            changed[places[i]] = values[i];
        }

        return changed;
    }

    /// <summary>Whatever was understood, requests can be sent by it.</summary>
    private static void AssertCanRoute(XdsRouteConfiguration? routes)
    {
        foreach (XdsVirtualHost host in routes?.VirtualHosts ?? [])
        {
            _ = TestTable.Of([.. host.Routes.Select(route => route.Match)]).Match(new TestRequest("/svc/x", "POST", IsGrpc: true).Facts);
        }
    }

    private static T? AssertDecided<TMessage, T>(byte[] bytes, Func<TMessage, Decoded<T>> decode)
        where TMessage : class, IMessage<TMessage>, new()
        where T : class
    {
        if (!WireParser.TryParse(ByteString.CopyFrom(bytes), out TMessage? message, out string? error))
        {
            Assert.NotEmpty(error);
            return null;
        }

        Decoded<T> decoded = decode(message);
        Assert.Equal(decoded.Faults.IsEmpty, decoded.IsGood);
        Assert.All(decoded.Faults, fault => Assert.NotEmpty(fault.Message));
        return decoded.Value;
    }
}
