using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Mesh.ConfigServer.Xds;

/// <summary>The figures of the streams.</summary>
internal sealed class XdsMetrics : IDisposable
{
    public const string MeterName = "Mesh.ConfigServer";

    private readonly Meter _meter;
    private readonly UpDownCounter<long> _streams;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _pushes;
    private readonly Counter<long> _resources;
    private readonly Counter<long> _nacks;
    private readonly Counter<long> _withheld;
    private readonly Histogram<double> _pushDuration;

    public XdsMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(new MeterOptions(MeterName) { Version = typeof(XdsMetrics).Assembly.GetName().Version?.ToString(3) });
        _streams = _meter.CreateUpDownCounter<long>("mesh.xds.streams", "{stream}", "Clients that are connected, by protocol.");
        _refusals = _meter.CreateCounter<long>(
            "mesh.xds.streams.refused", "{stream}", "Streams that were ended for what the client did, or not begun.");
        _pushes = _meter.CreateCounter<long>("mesh.xds.pushes", "{response}", "Responses, by type.");
        _resources = _meter.CreateCounter<long>("mesh.xds.resources", "{resource}", "Resources in responses, removed ones included, by type.");
        _nacks = _meter.CreateCounter<long>("mesh.xds.nacks", "{response}", "Responses that clients refused, by type.");
        _withheld = _meter.CreateCounter<long>("mesh.xds.resources.withheld", "{resource}", "Resources that could not be encoded, by type.");
        _pushDuration = _meter.CreateHistogram<double>(
            "mesh.xds.push.duration", "s", "From a change of the mesh until a client whom it concerns has been written to.");
    }

    public void StreamOpened(StreamProtocol protocol) => _streams.Add(1, Protocol(protocol));

    public void StreamClosed(StreamProtocol protocol) => _streams.Add(-1, Protocol(protocol));

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

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Type(ResourceType type) => new("type", type switch
    {
        ResourceType.Cluster => "cluster",
        ResourceType.Endpoints => "endpoints",
        ResourceType.Listener => "listener",
        _ => "routes",
    });

    private static KeyValuePair<string, object?> Protocol(StreamProtocol protocol) =>
        new("protocol", protocol is StreamProtocol.Delta ? "delta" : "sotw");
}
