using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>What the copies of a mesh's requests came to.</summary>
internal sealed class MirrorCounts(TestMesh mesh) : IDisposable
{
    private readonly MetricCollector<long> _collector = new(mesh.Services.GetRequiredService<IMeterFactory>(), "Mesh.Client", "mesh.client.mirrors");

    public IReadOnlyList<CollectedMeasurement<long>> All => _collector.GetMeasurementSnapshot();

    /// <summary>As outcome and reason, in the order in which they ended.</summary>
    public IReadOnlyList<string> Ends => [.. All.Select(copy => $"{copy.Tags["mesh.outcome"]} {copy.Tags.GetValueOrDefault("mesh.reason")}".Trim())];

    /// <summary>Waits for as many as these, and compares.</summary>
    public async Task Come(params string[] ends)
    {
        await Eventually.Holds(() => All.Count >= ends.Length);
        Assert.Equal(ends, Ends);
    }

    public void Dispose() => _collector.Dispose();
}
