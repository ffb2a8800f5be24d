using Mesh.Client.Tests.Infrastructure;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.Tests.Sources.Xds;

/// <summary>Calls that have chosen their route while it led to one cluster, and need an endpoint when there are several.</summary>
public sealed class ForeignSwapTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_under_way_finds_its_cluster(bool waitsForPlace)
    {
        int calls = 0;
        TaskCompletionSource over = new();
        await using Backend one = await Backend.StartAsync("one", async context =>
        {
            if (Interlocked.Increment(ref calls) == 1)
            {
                if (waitsForPlace)
                {
                    await over.Task;
                }
                else
                {
                    context.Response.StatusCode = 503;
                }
            }
        });
        await using SotwServer server = await SotwServer.StartAsync();
        Wire.Route route = Foreign.To("a");
        route.Route_.RetryPolicy = new() { RetryOn = "5xx", NumRetries = 1 };
        Wire.Cluster cluster = Foreign.Eds("a");
        cluster.CircuitBreakers = new() { Thresholds = { new Wire.CircuitBreakers.Types.Thresholds { MaxRequests = 1 } } };
        await server.PutAsync(
        [
            .. Foreign.Cluster("a", one.Address), .. Foreign.Cluster("b", one.Address), Foreign.Listener("catalog", "r"), Foreign.Routes("r", ["*"], route),
        ]);
        if (waitsForPlace)
        {
            await server.PutAsync(cluster);
        }

        WatchedTime time = new(DateTimeOffset.UnixEpoch);
        await using TestMesh mesh = await ForeignMesh.StartAsync(ForeignMesh.Bootstrap([server.Address]), time: time);
        Task<string> first = mesh.Client().GetTextAsync("http://catalog/");
        await Eventually.Holds(() => one.Count == 1);
        Task<string> call = waitsForPlace ? mesh.Client().GetTextAsync("http://catalog/") : first;
        await Eventually.Holds(() => !waitsForPlace || mesh.Queued() == 1);

        await server.PutAsync(Foreign.Routes("r", ["*"], Foreign.To("b", "/b"), route));
        await Eventually.Holds(() => mesh.Service().Endpoints.Count == 0);
        over.SetResult();
        await Eventually.Holds(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            return call.IsCompleted;
        });

        await call;
        Assert.Equal(2, one.Count);
    }
}
