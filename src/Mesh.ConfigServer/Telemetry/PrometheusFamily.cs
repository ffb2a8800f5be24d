using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Mesh.ConfigServer.Telemetry;

/// <summary>An instrument and its series, one for each set of labels.</summary>
internal sealed class PrometheusFamily
{
    // A label that never repeats must not fill the memory.
    private const int MostSeries = 2000;

    private static readonly double[] s_seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, Series> _series = new(StringComparer.Ordinal);
    private readonly Instrument _instrument;
    private readonly PrometheusKind _kind;
    private readonly bool _isLast;
    private readonly IReadOnlyList<double> _bounds;

    public PrometheusFamily(Instrument instrument)
    {
        _instrument = instrument;
        _kind = KindOf(instrument);
        _isLast = instrument.IsObservable || Is(instrument, "Gauge");
        _bounds = instrument is Instrument<double> { Advice.HistogramBucketBoundaries: { } advised } ? advised : s_seconds;
        Name = PrometheusText.Name(instrument, _kind);
    }

    public string Name { get; }

    /// <summary>What an observable instrument does not report again is gone.</summary>
    public void Observe()
    {
        if (_instrument.IsObservable)
        {
            lock (_lock)
            {
                _series.Clear();
            }
        }
    }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string labels = PrometheusText.Labels(tags);
        lock (_lock)
        {
            if (!_series.TryGetValue(labels, out Series? series))
            {
                if (_series.Count >= MostSeries)
                {
                    return;
                }

                _series.Add(labels, series = new Series(_kind == PrometheusKind.Histogram ? _bounds.Count : 0));
            }

            Add(series, value);
        }
    }

    public void Write(StringBuilder text)
    {
        lock (_lock)
        {
            if (_series.Count == 0)
            {
                return;
            }

            text.Append(CultureInfo.InvariantCulture, $"# HELP {Name} {PrometheusText.Help(_instrument.Description)}\n");
            text.Append(CultureInfo.InvariantCulture, $"# TYPE {Name} {_kind.ToString().ToLowerInvariant()}\n");
            foreach ((string labels, Series series) in _series)
            {
                if (_kind == PrometheusKind.Histogram)
                {
                    WriteHistogram(text, labels, series);
                }
                else
                {
                    PrometheusText.Sample(text, Name, labels, series.Sum);
                }
            }
        }
    }

    private static PrometheusKind KindOf(Instrument instrument) =>
        Is(instrument, "Counter") || Is(instrument, "ObservableCounter") ? PrometheusKind.Counter
        : Is(instrument, "Histogram") ? PrometheusKind.Histogram
        : PrometheusKind.Gauge;

    // The instrument's own type is generic in its numbers, and only that tells what it does.
    private static bool Is(Instrument instrument, string kind) => instrument.GetType().Name.StartsWith(kind, StringComparison.Ordinal);

    private void Add(Series series, double value)
    {
        series.Sum = _isLast ? value : series.Sum + value;
        series.Count++;
        for (int i = 0; i < series.Buckets.Length; i++)
        {
            if (value <= _bounds[i])
            {
                series.Buckets[i]++;
            }
        }
    }

    private void WriteHistogram(StringBuilder text, string labels, Series series)
    {
        for (int i = 0; i < series.Buckets.Length; i++)
        {
            PrometheusText.Sample(
                text, $"{Name}_bucket", PrometheusText.With(labels, "le", PrometheusText.Number(_bounds[i])), series.Buckets[i]);
        }

        PrometheusText.Sample(text, $"{Name}_bucket", PrometheusText.With(labels, "le", "+Inf"), series.Count);
        PrometheusText.Sample(text, $"{Name}_sum", labels, series.Sum);
        PrometheusText.Sample(text, $"{Name}_count", labels, series.Count);
    }

    private sealed class Series(int buckets)
    {
        public double Sum { get; set; }

        public long Count { get; set; }

        /// <summary>Each holds those of the lower ones as well.</summary>
        public long[] Buckets { get; } = new long[buckets];
    }
}
