using Grpc.Core;
using Mesh.Client.Tests.Grpc;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.Tests.Sources.Xds;

/// <summary>gRPC calls by the rules of a control plane that is not ours.</summary>
public sealed class ForeignGrpcTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_follow_the_routes_by_their_method()
    {
        PricingService gets = new();
        PricingService others = new();
        await using Backend first = await Backend.StartGrpcAsync("gets", gets);
        await using Backend second = await Backend.StartGrpcAsync("others", others);
        await using SotwServer server = await SotwServer.StartAsync();
        await server.PutAsync(
        [
            .. Foreign.Cluster("gets", first.Address), .. Foreign.Cluster("others", second.Address), Foreign.Listener("pricing", "r"),
            Foreign.Routes("r", ["pricing"], Foreign.To("gets", "/shop.Pricing/Get"), Foreign.To("others")),
        ]);
        await using TestMesh mesh = await StartAsync(server);
        Pricing.PricingClient client = mesh.Services.GetRequiredService<Pricing.PricingClient>();

        Assert.Equal(200, (await client.GetAsync(new PriceRequest { Count = 2 }, cancellationToken: Cancel)).Cents);
        using AsyncServerStreamingCall<PriceReply> watch = client.Watch(new PriceRequest { Count = 3 }, cancellationToken: Cancel);
        int[] prices = await watch.ResponseStream.ReadAllAsync(Cancel).Select(price => price.Cents).ToArrayAsync(Cancel);
        Assert.Equal([1, 2, 3], prices);

        Assert.Equal((1, 1), (gets.Calls, others.Calls));
        Assert.Empty(server.Refusals);
    }

    // The clock stands still: a call that waited for its next try would never end.
    [Fact]
    public async Task What_is_dropped_is_UNAVAILABLE_and_not_retried()
    {
        PricingService service = new();
        await using Backend backend = await Backend.StartGrpcAsync("one", service);
        await using SotwServer server = await SotwServer.StartAsync();
        Wire.Route route = Foreign.To("c");
        route.Route_.RetryPolicy = new() { RetryOn = "unavailable", NumRetries = 3 };
        Wire.ClusterLoadAssignment dropping = Foreign.Endpoints("endpoints-c", backend.Address);
        dropping.Policy = new() { DropOverloads = { new Wire.ClusterLoadAssignment.Types.Policy.Types.DropOverload { Category = "lottery", DropPercentage = new() { Numerator = 100 } } } };
        await server.PutAsync(Foreign.Eds("c"), dropping, Foreign.Listener("pricing", "r"), Foreign.Routes("r", ["*"], route));
        await using TestMesh mesh = await StartAsync(server, new WatchedTime(DateTimeOffset.UnixEpoch));
        Pricing.PricingClient client = mesh.Services.GetRequiredService<Pricing.PricingClient>();

        RpcException exception = await Assert.ThrowsAsync<RpcException>(() => client.GetAsync(new PriceRequest(), cancellationToken: Cancel).ResponseAsync.InTime());

        Assert.Equal(StatusCode.Unavailable, exception.StatusCode);
        Assert.Contains("lottery", exception.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(0, service.Calls);

        await server.PutAsync(Foreign.Endpoints("endpoints-c", backend.Address));
        await Eventually.Holds(() => server.Requests.Count(request => request.ResourceNames.Contains("endpoints-c") && request.ResponseNonce.Length > 0) == 2);
        Assert.Equal(100, (await client.GetAsync(new PriceRequest { Count = 1 }, cancellationToken: Cancel)).Cents);
    }

    [Fact]
    public async Task A_service_that_has_no_routes_is_UNAVAILABLE_by_name()
    {
        await using SotwServer server = await SotwServer.StartAsync();
        await server.PutAsync(Foreign.Listener("pricing", "r"), Foreign.Routes("r", ["other"], Foreign.To("c")));
        await using TestMesh mesh = await StartAsync(server);
        Pricing.PricingClient client = mesh.Services.GetRequiredService<Pricing.PricingClient>();

        RpcException exception = await Assert.ThrowsAsync<RpcException>(() => client.GetAsync(new PriceRequest(), cancellationToken: Cancel).ResponseAsync.InTime());

        Assert.Equal(StatusCode.Unavailable, exception.StatusCode);
        Assert.Contains("RouteConfiguration 'r' of the xDS server has no routes for 'pricing'.", exception.Status.Detail, StringComparison.Ordinal);
    }

    private static Task<TestMesh> StartAsync(SotwServer server, TimeProvider? time = null) => ForeignMesh.StartAsync(
        ForeignMesh.Bootstrap([server.Address]),
        time: time,
        configure: builder => builder.Services.AddGrpcClient<Pricing.PricingClient>(options => options.Address = new Uri("http://pricing")));
}
