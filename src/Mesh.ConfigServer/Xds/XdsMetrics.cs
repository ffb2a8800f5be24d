using System.Diagnostics;
using System.Diagnostics.Metrics;
using Mesh.ConfigServer.Telemetry;

namespace Mesh.ConfigServer.Xds;

/// <summary>The figures of the streams.</summary>
internal sealed class XdsMetrics
{
    private readonly UpDownCounter<long> _streams;
    private readonly UpDownCounter<long> _waiting;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _pushes;
    private readonly Counter<long> _resources;
    private readonly Counter<long> _nacks;
    private readonly Counter<long> _withheld;
    private readonly Histogram<double> _pushDuration;

    public XdsMetrics(IMeterFactory meters)
    {
        Meter meter = meters.CreateServerMeter();
        ServerInstrument streams = ServerInstruments.Streams;
        ServerInstrument waiting = ServerInstruments.StreamsWaiting;
        ServerInstrument pushDuration = ServerInstruments.PushDuration;
        _streams = meter.CreateUpDownCounter<long>(streams.Name, streams.Unit, streams.Description);
        _waiting = meter.CreateUpDownCounter<long>(waiting.Name, waiting.Unit, waiting.Description);
        _refusals = meter.Counter(ServerInstruments.StreamsRefused);
        _pushes = meter.Counter(ServerInstruments.Pushes);
        _resources = meter.Counter(ServerInstruments.Resources);
        _nacks = meter.Counter(ServerInstruments.Nacks);
        _withheld = meter.Counter(ServerInstruments.ResourcesWithheld);
        _pushDuration = meter.CreateHistogram<double>(pushDuration.Name, pushDuration.Unit, pushDuration.Description);
    }

    public void StreamOpened(StreamProtocol protocol) => _streams.Add(1, Protocol(protocol));

    public void StreamClosed(StreamProtocol protocol) => _streams.Add(-1, Protocol(protocol));

    public void StreamWaits(int more) => _waiting.Add(more);

    public void StreamRefused(Grpc.Core.StatusCode status) =>
        _refusals.Add(1, new KeyValuePair<string, object?>("status", status.ToString()));

    public void Pushed(ResourceType type, int resources, TimeSpan? sinceChange)
    {
        TagList tags = new() { Type(type) };
        _pushes.Add(1, tags);
        _resources.Add(resources, tags);
        if (sinceChange is { } duration)
        {
            _pushDuration.Record(duration.TotalSeconds, tags);
        }
    }

    public void Refused(ResourceType type) => _nacks.Add(1, Type(type));

    public void Withheld(ResourceType type) => _withheld.Add(1, Type(type));

    private static KeyValuePair<string, object?> Type(ResourceType type) => new("type", type switch
    {
        ResourceType.Cluster => "cluster",
        ResourceType.Endpoints => "endpoints",
        ResourceType.Listener => "listener",
        ResourceType.InboundPolicy => "inbound_policy",
        ResourceType.TrustBundle => "trust_bundle",
        _ => "routes",
    });

    private static KeyValuePair<string, object?> Protocol(StreamProtocol protocol) =>
        new("protocol", protocol is StreamProtocol.Delta ? "delta" : "sotw");
}
