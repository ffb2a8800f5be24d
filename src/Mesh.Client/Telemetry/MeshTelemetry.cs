using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Mesh.Client.Telemetry;

/// <summary>The mesh's instruments. The meter and the activity source are both called <see cref="Name"/>.</summary>
internal sealed class MeshTelemetry : IDisposable
{
    public const string Name = "Mesh.Client";

    /// <summary>The inbound half's meter.</summary>
    public const string InboundName = "Mesh.Client.Inbound";

    // The buckets that OpenTelemetry's HTTP conventions give for durations in seconds.
    private static readonly InstrumentAdvice<double> s_seconds = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    };

    private readonly Meter _meter;
    private readonly Counter<long> _identityRenewals;

    public MeshTelemetry(IMeterFactory meters)
    {
        string? version = typeof(MeshTelemetry).Assembly.GetName().Version?.ToString(3);
        Activities = new ActivitySource(Name, version);
        _meter = meters.Create(new MeterOptions(Name) { Version = version });
        CallDuration = Histogram(MeshInstruments.CallDuration);
        AttemptDuration = Histogram(MeshInstruments.AttemptDuration);
        ActiveCalls = _meter.CreateUpDownCounter<long>(
            MeshInstruments.ActiveCalls.Name, MeshInstruments.ActiveCalls.Unit, MeshInstruments.ActiveCalls.Description);
        Retries = Counter(MeshInstruments.Retries);
        BudgetExhausted = Counter(MeshInstruments.BudgetExhausted);
        Overflows = Counter(MeshInstruments.Overflows);
        Mirrors = Counter(MeshInstruments.Mirrors);
        Ejections = Counter(MeshInstruments.Ejections);
        _identityRenewals = Counter(MeshInstruments.IdentityRenewals);
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
    public void ObserveEndpoints(Func<IEnumerable<Measurement<long>>> observe) => _meter.CreateObservableUpDownCounter(
        MeshInstruments.Endpoints.Name, observe, MeshInstruments.Endpoints.Unit, MeshInstruments.Endpoints.Description);

    /// <summary>Adds what is read from the connection to the config server.</summary>
    public void ObserveConfigServer(Func<IEnumerable<Measurement<long>>> connected, Func<IEnumerable<Measurement<double>>> age)
    {
        _meter.CreateObservableUpDownCounter(
            MeshInstruments.ConfigConnected.Name, connected, MeshInstruments.ConfigConnected.Unit, MeshInstruments.ConfigConnected.Description);
        _meter.CreateObservableGauge(MeshInstruments.ConfigAge.Name, age, MeshInstruments.ConfigAge.Unit, MeshInstruments.ConfigAge.Description);
    }

    /// <summary>Adds whether this process is registered.</summary>
    public void ObserveRegistration(Func<IEnumerable<Measurement<long>>> registered) => _meter.CreateObservableUpDownCounter(
        MeshInstruments.Registered.Name, registered, MeshInstruments.Registered.Unit, MeshInstruments.Registered.Description);

    /// <summary>Adds how long the identity of this process is good.</summary>
    public void ObserveIdentity(TimeProvider time, Func<DateTimeOffset?> notAfter) => _meter.CreateObservableGauge(
        MeshInstruments.IdentityExpiry.Name,
        () => notAfter() is { } end ? (Measurement<double>[])[new((end - time.GetUtcNow()).TotalSeconds)] : [],
        MeshInstruments.IdentityExpiry.Unit,
        MeshInstruments.IdentityExpiry.Description);

    /// <summary>Counts a try to get an identity.</summary>
    public void CountRenewal(bool isSuccess) => _identityRenewals.Add(1, new KeyValuePair<string, object?>(MeshTags.Outcome, isSuccess ? "success" : "failure"));

    public void Dispose()
    {
        Activities.Dispose();
        _meter.Dispose();
    }

    private Histogram<double> Histogram(MeshInstrument row) => _meter.CreateHistogram(row.Name, row.Unit, row.Description, null, s_seconds);

    private Counter<long> Counter(MeshInstrument row) => _meter.CreateCounter<long>(row.Name, row.Unit, row.Description);
}
