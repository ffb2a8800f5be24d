using Grpc.Core;
using Mesh.Client.Sources.Xds;
using Mesh.Client.Sources.Xds.Bootstrap;

namespace Mesh.Client.Tests.Sources.Xds;

public sealed class ChannelPoolTests
{
    private static readonly Uri s_one = new("http://127.0.0.1:1");

    private readonly ChannelPool _pool = new();

    [Fact]
    public void Streams_to_one_server_share_a_channel_until_one_of_them_ends()
    {
        ChannelLease first = _pool.Rent(s_one, server: null);
        ChannelLease second = _pool.Rent(s_one, server: null);
        Assert.Same(first.Channel, second.Channel);

        first.Dispose();

        using ChannelLease third = _pool.Rent(s_one, server: null);
        Assert.NotSame(second.Channel, third.Channel);
        Assert.False(IsClosed(second));
        second.Dispose();
        Assert.True(IsClosed(second));
        Assert.False(IsClosed(third));
    }

    [Fact]
    public void Those_to_different_servers_do_not_and_neither_do_those_of_a_bootstrap()
    {
        using ChannelLease one = _pool.Rent(s_one, server: null);
        using ChannelLease two = _pool.Rent(new Uri("http://127.0.0.1:2"), server: null);
        using ChannelLease foreign = _pool.Rent(s_one, new XdsServer(s_one));

        Assert.Equal(3, ((ChannelLease[])[one, two, foreign]).Select(lease => lease.Channel).Distinct().Count());
    }

    [Fact]
    public void One_of_a_bootstrap_closes_with_its_stream()
    {
        ChannelLease foreign = _pool.Rent(s_one, new XdsServer(s_one));

        foreign.Dispose();

        Assert.True(IsClosed(foreign));
    }

    private static bool IsClosed(ChannelLease lease)
    {
        try
        {
            lease.Channel.CreateCallInvoker().AsyncDuplexStreamingCall(
                new Method<string, string>(MethodType.DuplexStreaming, "a", "b", Marshallers.StringMarshaller, Marshallers.StringMarshaller), null, default).Dispose();
            return false;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }
}
