using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Mesh.Client.Telemetry;

/// <summary>The mesh's instruments. The meter and the activity source are both called <see cref="Name"/>.</summary>
internal sealed class MeshTelemetry : IDisposable
{
    public const string Name = "Mesh.Client";

    // The buckets that OpenTelemetry's HTTP conventions give for durations in seconds.
    private static readonly InstrumentAdvice<double> s_seconds = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    };

    private readonly Meter _meter;

    public MeshTelemetry(IMeterFactory meters)
    {
        string? version = typeof(MeshTelemetry).Assembly.GetName().Version?.ToString(3);
        Activities = new ActivitySource(Name, version);
        _meter = meters.Create(new MeterOptions(Name) { Version = version });
        CallDuration = _meter.CreateHistogram("mesh.client.call.duration", "s", "A call, retries included, until the last byte of the answer.", null, s_seconds);
        AttemptDuration = _meter.CreateHistogram("mesh.client.attempt.duration", "s", "One attempt, until its response headers.", null, s_seconds);
        ActiveCalls = _meter.CreateUpDownCounter<long>("mesh.client.active_calls", "{call}", "Calls in flight.");
        Retries = _meter.CreateCounter<long>("mesh.client.retries", "{retry}", "Attempts after a call's first.");
        BudgetExhausted = _meter.CreateCounter<long>("mesh.client.retry_budget.exhausted", "{retry}", "Retries that a budget or CircuitBreaker:MaxRetries forbade.");
        Overflows = _meter.CreateCounter<long>("mesh.client.overflows", "{call}", "Calls refused by CircuitBreaker limits.");
        Mirrors = _meter.CreateCounter<long>("mesh.client.mirrors", "{copy}", "Copies of requests by what they came to, those that were not sent among them.");
        Ejections = _meter.CreateCounter<long>("mesh.client.ejections", "{ejection}", "Endpoints left out for their failures.");
    }

    public ActivitySource Activities { get; }

    public Histogram<double> CallDuration { get; }

    public Histogram<double> AttemptDuration { get; }

    public UpDownCounter<long> ActiveCalls { get; }

    public Counter<long> Retries { get; }

    public Counter<long> BudgetExhausted { get; }

    public Counter<long> Overflows { get; }

    public Counter<long> Mirrors { get; }

    public Counter<long> Ejections { get; }

    /// <summary>Adds the gauge of endpoints by service and state, which is read from what runs.</summary>
    public void ObserveEndpoints(Func<IEnumerable<Measurement<long>>> observe) =>
        _meter.CreateObservableUpDownCounter("mesh.client.endpoints", observe, "{endpoint}", "Endpoints by state.");

    public void Dispose()
    {
        Activities.Dispose();
        _meter.Dispose();
    }
}
