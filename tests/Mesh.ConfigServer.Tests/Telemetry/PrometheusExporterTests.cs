using System.Diagnostics.Metrics;
using Mesh.ConfigServer.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.ConfigServer.Tests.Telemetry;

public class PrometheusExporterTests
{
    [Fact]
    public void Every_kind_is_written_as_Prometheus_reads_it()
    {
        using ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        IMeterFactory meters = services.GetRequiredService<IMeterFactory>();
        Meter meter = meters.Create("Mesh.ConfigServer");
        using var exporter = new PrometheusExporter(meters);
        Counter<long> counter = meter.CreateCounter<long>("mesh.test.pushes", "{push}", "Says \\ and\nmore.");
        counter.Add(2, KeyValuePair.Create<string, object?>("type", "a\"b\\c\nd"));
        counter.Add(3, KeyValuePair.Create<string, object?>("type", "a\"b\\c\nd"));
        counter.Add(1);
        UpDownCounter<int> upDown = meter.CreateUpDownCounter<int>("mesh.test.streams");
        upDown.Add(5);
        upDown.Add(-2);
        meter.CreateGauge<double>("mesh.test.load").Record(0.5);
        Histogram<double> histogram = meter.CreateHistogram("mesh.test.duration", "s", "How long.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        histogram.Record(0.05);
        histogram.Record(0.1);
        histogram.Record(5);
        int observed = 0;
        meter.CreateObservableGauge("mesh.test.seen", () => new Measurement<int>(++observed, KeyValuePair.Create<string, object?>("n", observed)));
        meters.Create("Another").CreateCounter<long>("mesh.test.foreign").Add(1);
        _ = exporter.Write();

        Assert.Equal(
            """
            # HELP mesh_test_duration_seconds How long.
            # TYPE mesh_test_duration_seconds histogram
            mesh_test_duration_seconds_bucket{le="0.1"} 2
            mesh_test_duration_seconds_bucket{le="1"} 2
            mesh_test_duration_seconds_bucket{le="+Inf"} 3
            mesh_test_duration_seconds_sum 5.15
            mesh_test_duration_seconds_count 3
            # HELP mesh_test_load 
            # TYPE mesh_test_load gauge
            mesh_test_load 0.5
            # HELP mesh_test_pushes_total Says \\ and\nmore.
            # TYPE mesh_test_pushes_total counter
            mesh_test_pushes_total 1
            mesh_test_pushes_total{type="a\"b\\c\nd"} 5
            # HELP mesh_test_seen 
            # TYPE mesh_test_seen gauge
            mesh_test_seen{n="2"} 2
            # HELP mesh_test_streams 
            # TYPE mesh_test_streams gauge
            mesh_test_streams 3

            """,
            exporter.Write());
    }

    [Fact]
    public void A_label_that_never_repeats_does_not_fill_the_memory()
    {
        using ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        IMeterFactory meters = services.GetRequiredService<IMeterFactory>();
        using var exporter = new PrometheusExporter(meters);
        Counter<long> counter = meters.Create("Mesh.ConfigServer").CreateCounter<long>("mesh.test.calls");
        for (int i = 0; i < 10_000; i++)
        {
            counter.Add(1, KeyValuePair.Create<string, object?>("i", i));
        }

        Assert.Equal(2000 + 2, exporter.Write().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }
}
