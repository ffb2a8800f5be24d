using Grpc.Core;
using Mesh.Client.Identity;
using Mesh.Client.Sources.Xds;
using Mesh.Client.Sources.Xds.Bootstrap;

namespace Mesh.Client.Tests.Sources.Xds;

public sealed class ChannelPoolTests
{
    private static readonly Uri s_one = new("http://127.0.0.1:1");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly ChannelPool _pool = new(new NoIdentity(), TimeProvider.System);

    [Fact]
    public async Task Streams_to_one_server_share_a_channel_until_one_of_them_ends()
    {
        ChannelLease first = await _pool.RentAsync(s_one, server: null, Cancel);
        ChannelLease second = await _pool.RentAsync(s_one, server: null, Cancel);
        Assert.Same(first.Channel, second.Channel);

        first.Dispose();

        using ChannelLease third = await _pool.RentAsync(s_one, server: null, Cancel);
        Assert.NotSame(second.Channel, third.Channel);
        Assert.False(IsClosed(second));
        second.Dispose();
        Assert.True(IsClosed(second));
        Assert.False(IsClosed(third));
    }

    [Fact]
    public async Task Those_to_different_servers_do_not_and_neither_do_those_of_a_bootstrap()
    {
        using ChannelLease one = await _pool.RentAsync(s_one, server: null, Cancel);
        using ChannelLease two = await _pool.RentAsync(new Uri("http://127.0.0.1:2"), server: null, Cancel);
        using ChannelLease foreign = await _pool.RentAsync(s_one, new XdsServer(s_one), Cancel);

        Assert.Equal(3, ((ChannelLease[])[one, two, foreign]).Select(lease => lease.Channel).Distinct().Count());
    }

    [Fact]
    public async Task One_of_a_bootstrap_closes_with_its_stream()
    {
        ChannelLease foreign = await _pool.RentAsync(s_one, new XdsServer(s_one), Cancel);

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
