using Mesh.ConfigServer.Registry;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace Mesh.ConfigServer.Tests.Registry;

public sealed class RegistryMetricsTests : IDisposable
{
    private readonly RegistryBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Who_goes_without_a_word_is_counted_by_why()
    {
        using MetricCollector<long> expiries = new(_bench.Meters, "Mesh.ConfigServer", "mesh.registry.expiries");
        _bench.Register("1");
        _bench.Register("2", address: "10.0.0.2:80");
        _bench.Cut("2");
        _bench.Register("3", address: "10.0.0.2:80");
        _bench.Pass(16, heard: ["3"]);

        Assert.Equal(["displaced", "silent"], expiries.GetMeasurementSnapshot().Select(each => (string?)each.Tags["result"]));
        Assert.Equal(new Dictionary<InstanceState, int> { [InstanceState.Ready] = 1 }, _bench.Registry.CountByState());
    }

    [Fact]
    public void Who_is_held_is_counted_once()
    {
        using MetricCollector<long> held = new(_bench.Meters, "Mesh.ConfigServer", "mesh.registry.held");
        for (int i = 1; i <= 5; i++)
        {
            _bench.Register($"{i}");
        }

        _bench.Pass(20);

        Assert.Equal(5, held.GetMeasurementSnapshot().Sum(each => each.Value));
        Assert.Equal(new Dictionary<InstanceState, int> { [InstanceState.Held] = 5 }, _bench.Registry.CountByState());
    }
}
