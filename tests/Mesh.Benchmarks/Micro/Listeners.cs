using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Mesh.Benchmarks.Micro;

/// <summary>Who listens to the mesh while a slice runs. The others' slices run without.</summary>
internal static class Listeners
{
    private const string Telemetry = "Mesh.Client";

    private static double s_sum;

    /// <summary>Takes every measurement of the mesh, as an exporter's reader would.</summary>
    public static IDisposable Metrics()
    {
        MeterListener listener = new()
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == Telemetry)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>(static (_, value, tags, _) => Count(value, tags));
        listener.SetMeasurementEventCallback<long>(static (_, value, tags, _) => Count(value, tags));
        listener.SetMeasurementEventCallback<double>(static (_, value, tags, _) => Count(value, tags));
        listener.Start();
        return listener;
    }

    /// <summary>A caller that is being traced, so that its trace context goes out with each call.</summary>
    public static IDisposable CallersTrace() => new Activity("caller")
    {
        ActivityTraceFlags = ActivityTraceFlags.Recorded,
    }.SetIdFormat(ActivityIdFormat.W3C).Start();

    /// <summary>Has the mesh make a span for each call.</summary>
    public static IDisposable Spans()
    {
        ActivityListener listener = new()
        {
            ShouldListenTo = static source => source.Name == Telemetry,
            Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private static void Count(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => s_sum += value + tags.Length;
}
