using System.Diagnostics;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Mesh.Client.Tests.Telemetry;

public sealed class OpenTelemetryTests
{
    [Fact]
    public async Task Instrumentation_brings_metrics_and_spans_to_OpenTelemetry()
    {
        await using Backend backend = await Backend.StartAsync("one");
        string name = $"otel-{Guid.NewGuid():N}";
        List<Activity> spans = [];
        List<MetricSnapshot> metrics = [];
        await using (TestApp app = await TestApp.StartAsync(
            builder =>
            {
                builder.Configuration.AddPairs(("Mesh:Services:catalog:Endpoints:0", backend.Address));
                builder.AddServiceMesh();
                builder.Services.AddOpenTelemetry()
                    .WithMetrics(provider => provider.AddServiceMeshInstrumentation().AddInMemoryExporter(metrics))
                    .WithTracing(provider => provider.AddServiceMeshInstrumentation().AddInMemoryExporter(spans));
            },
            name))
        {
            await app.Client().GetTextAsync("http://catalog/");
            app.Services.GetRequiredService<MeterProvider>().ForceFlush();
            app.Services.GetRequiredService<TracerProvider>().ForceFlush();
        }

        // The provider listens to the whole process: other tests' calls are in it too.
        Activity span = Assert.Single(spans, span => Equals(span.GetTagItem("mesh.source"), name));
        Assert.Equal("mesh catalog", span.DisplayName);
        foreach (string instrument in (string[])["mesh.client.call.duration", "mesh.client.attempt.duration", "mesh.client.active_calls", "mesh.client.endpoints"])
        {
            Assert.Contains(metrics, metric => metric.Name == instrument && metric.MetricPoints.Any(point => SourceOf(point) == name));
        }

        MetricPoint duration = metrics.Where(metric => metric.Name == "mesh.client.call.duration").SelectMany(metric => metric.MetricPoints).First(point => SourceOf(point) == name);
        Assert.Equal(1, duration.GetHistogramCount());
        List<double> bounds = [];
        foreach (HistogramBucket bucket in duration.GetHistogramBuckets())
        {
            bounds.Add(bucket.ExplicitBound);
        }

        Assert.Equal([0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, double.PositiveInfinity], bounds);
    }

    private static string? SourceOf(MetricPoint point)
    {
        foreach (KeyValuePair<string, object?> tag in point.Tags)
        {
            if (tag.Key == "mesh.source")
            {
                return tag.Value as string;
            }
        }

        return null;
    }
}
