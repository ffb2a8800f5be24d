using System.Diagnostics.Metrics;
using Mesh.Client.Telemetry;

namespace Mesh.Client.AspNetCore.Tls;

/// <summary>The instruments of the inbound half, by the table that all are made from.</summary>
internal sealed class InboundTelemetry : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _handshakes;
    private readonly Counter<long> _plainConnections;
    private readonly Counter<long> _authorizations;

    public InboundTelemetry(IMeterFactory meters)
    {
        _meter = meters.Create(new MeterOptions(MeshTelemetry.InboundName) { Version = typeof(InboundTelemetry).Assembly.GetName().Version?.ToString(3) });
        _handshakes = Counter(MeshInstruments.Handshakes);
        _plainConnections = Counter(MeshInstruments.PlainConnections);
        _authorizations = Counter(MeshInstruments.Authorizations);
    }

    public void Handshake(int port, string outcome) => Count(_handshakes, port, outcome);

    public void PlainConnection(int port, string outcome) => Count(_plainConnections, port, outcome);

    public void Authorization(string outcome) => _authorizations.Add(1, new KeyValuePair<string, object?>(MeshTags.Outcome, outcome));

    public void Authorization(string outcome, string policy) => _authorizations.Add(1, new(MeshTags.Outcome, outcome), new(MeshTags.Policy, policy));

    public void Dispose() => _meter.Dispose();

    private static void Count(Counter<long> counter, int port, string outcome) => counter.Add(1, new(MeshTags.ServerPort, port), new(MeshTags.Outcome, outcome));

    private Counter<long> Counter(MeshInstrument row) => _meter.CreateCounter<long>(row.Name, row.Unit, row.Description);
}
