using System.Diagnostics.Metrics;
using Grpc.Core;
using Mesh.ConfigServer.Telemetry;

namespace Mesh.ConfigServer.Registry;

/// <summary>What becomes of those who register.</summary>
internal sealed class RegistryMetrics
{
    private readonly UpDownCounter<long> _streams;
    private readonly Counter<long> _registrations;
    private readonly Counter<long> _withdrawals;
    private readonly Counter<long> _expiries;
    private readonly Counter<long> _held;

    public RegistryMetrics(IMeterFactory meters)
    {
        Meter meter = meters.CreateServerMeter();
        ServerInstrument streams = ServerInstruments.RegistryStreams;
        _streams = meter.CreateUpDownCounter<long>(streams.Name, streams.Unit, streams.Description);
        _registrations = meter.Counter(ServerInstruments.Registrations);
        _withdrawals = meter.Counter(ServerInstruments.Withdrawals);
        _expiries = meter.Counter(ServerInstruments.Expiries);
        _held = meter.Counter(ServerInstruments.Held);
    }

    public void StreamOpened() => _streams.Add(1);

    public void StreamClosed() => _streams.Add(-1);

    public void Registered() => _registrations.Add(1, Result("registered"));

    public void Refused(StatusCode status) => _registrations.Add(1, Result(status.ToString()));

    /// <param name="behind">Clients that did not confirm it in time.</param>
    public void Withdrew(int behind) => _withdrawals.Add(1, Result(behind == 0 ? "confirmed" : "behind"));

    public void Expired() => _expiries.Add(1, Result("silent"));

    public void Displaced() => _expiries.Add(1, Result("displaced"));

    public void Held() => _held.Add(1);

    private static KeyValuePair<string, object?> Result(string result) => new("result", result);
}
