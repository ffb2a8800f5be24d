using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace Mesh.ConfigServer.Telemetry;

/// <summary>Keeps what this server's instruments measure, and writes it in Prometheus' text format 0.0.4.</summary>
internal sealed class PrometheusExporter : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly ConcurrentDictionary<Instrument, PrometheusFamily> _families = new();
    private readonly MeterListener _listener = new();
    private readonly Lock _lock = new();

    /// <param name="meters">Whose meter is listened to: another server in the process has another.</param>
    public PrometheusExporter(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == ServerInstruments.Meter && instrument.Meter.Scope == meters)
            {
                listener.EnableMeasurementEvents(instrument, _families.GetOrAdd(instrument, one => new PrometheusFamily(one)));
            }
        };
        _listener.SetMeasurementEventCallback<int>((_, value, tags, state) => ((PrometheusFamily)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, state) => ((PrometheusFamily)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, state) => ((PrometheusFamily)state!).Record(value, tags));
        _listener.Start();
    }

    public string Write()
    {
        lock (_lock)
        {
            foreach (PrometheusFamily family in _families.Values)
            {
                family.Observe();
            }

            _listener.RecordObservableInstruments();
            var text = new StringBuilder();
            foreach (PrometheusFamily family in _families.Values.OrderBy(family => family.Name, StringComparer.Ordinal))
            {
                family.Write(text);
            }

            return text.ToString();
        }
    }

    public void Dispose() => _listener.Dispose();
}
