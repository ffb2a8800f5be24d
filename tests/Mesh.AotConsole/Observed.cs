using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Mesh.AotConsole;

/// <summary>What the mesh tells of itself: sums of its counters, counts of its histograms, names of its spans.</summary>
internal sealed class Observed : IDisposable
{
    private const string Source = "Mesh.Client";

    private readonly MeterListener _meters = new();
    private readonly ActivityListener _activities;
    private readonly ConcurrentDictionary<string, long> _sums = new();
    private readonly ConcurrentDictionary<string, bool> _spans = new();

    public Observed()
    {
        _meters.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == Source)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<long>((instrument, value, _, _) => Add(instrument, value));
        _meters.SetMeasurementEventCallback<double>((instrument, _, _, _) => Add(instrument, 1));
        _meters.Start();

        _activities = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == Source,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity => _spans[activity.DisplayName] = true,
        };
        ActivitySource.AddActivityListener(_activities);
    }

    public IEnumerable<string> Spans => _spans.Keys;

    public long Sum(string instrument) => _sums.GetValueOrDefault(instrument);

    public void Dispose()
    {
        _meters.Dispose();
        _activities.Dispose();
    }

    private void Add(Instrument instrument, long value) => _sums.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value);
}
