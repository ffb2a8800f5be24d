using Mesh.ConfigServer.Tests.Infrastructure;
using Mesh.ConfigServer.Tests.Xds.Infrastructure;
using Mesh.ConfigServer.Xds;
using Mesh.Model.Xds;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace Mesh.ConfigServer.Tests.Xds;

public sealed class XdsMetricsTests
{
    [Fact]
    public async Task Streams_pushes_and_refusals_are_counted()
    {
        await using XdsHost host = await XdsHost.StartAsync(new FakeStates("a.default=1", "b.default=1"));
        using MetricCollector<long> streams = new(host.Meters, "Mesh.ConfigServer", "mesh.xds.streams");
        using MetricCollector<long> pushes = new(host.Meters, "Mesh.ConfigServer", "mesh.xds.pushes");
        using MetricCollector<long> resources = new(host.Meters, "Mesh.ConfigServer", "mesh.xds.resources");
        using MetricCollector<long> nacks = new(host.Meters, "Mesh.ConfigServer", "mesh.xds.nacks");
        using MetricCollector<long> refused = new(host.Meters, "Mesh.ConfigServer", "mesh.xds.streams.refused");
        using MetricCollector<double> duration = new(host.Meters, "Mesh.ConfigServer", "mesh.xds.push.duration");
        using (DeltaClient client = new(host.Channel()))
        {
            await client.HelloAsync(XdsTypes.Cluster, "a.default", "b.default");
            await client.TakeAsync();
            Assert.Empty(duration.GetMeasurementSnapshot());
            await Eventually.Holds(() => host.Clients.All()[0].Resources.All(resource => resource.State is ResourceState.Synced));
            host.States.Set("b.default=2");
            await client.TakeAsync();
            await Eventually.Holds(() => host.Clients.All()[0].Resources.All(resource => resource.State is ResourceState.Synced));
            host.States.Set("a.default=2");
            await client.NackAsync((await client.ReadAsync())!, "No.");
            await Eventually.Holds(() => nacks.GetMeasurementSnapshot().Count == 1 && pushes.GetMeasurementSnapshot().Count == 3);
            await client.OfferAsync("");
            await client.EndAsync();
        }

        await Eventually.Holds(() => refused.GetMeasurementSnapshot().Count == 1);
        Assert.Equal([1, -1], streams.GetMeasurementSnapshot().Select(each => each.Value));
        Assert.Equal("delta", streams.LastMeasurement!.Tags["protocol"]);
        Assert.Equal([2, 1, 1], resources.GetMeasurementSnapshot().Select(each => each.Value));
        Assert.All(pushes.GetMeasurementSnapshot(), push => Assert.Equal("cluster", push.Tags["type"]));
        Assert.Equal("cluster", nacks.LastMeasurement!.Tags["type"]);
        Assert.Equal("InvalidArgument", refused.LastMeasurement!.Tags["status"]);

        // A change that is seen before the client was woken for it is not measured.
        Assert.InRange(duration.GetMeasurementSnapshot().Count, 1, 2);
    }
}
