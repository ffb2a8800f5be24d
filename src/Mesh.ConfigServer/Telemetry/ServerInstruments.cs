using System.Diagnostics.Metrics;

namespace Mesh.ConfigServer.Telemetry;

/// <summary>The table of instruments, by which they are made and documented.</summary>
internal static class ServerInstruments
{
    public const string Meter = "Mesh.ConfigServer";

    public static ServerInstrument Generation { get; } = new(
        "mesh.config.generation", "{generation}", "The generation of documents in force.");

    public static ServerInstrument Documents { get; } = new("mesh.config.documents", "{document}", "Documents in force, by kind.", "kind");

    public static ServerInstrument FolderRefused { get; } = new(
        "mesh.config.folder.refused", "", "1 while the watched files have faults, and older documents are in force; else 0.");

    public static ServerInstrument Writes { get; } = new("mesh.config.writes", "{write}", "Writes, by what they came to.", "result");

    public static ServerInstrument Requests { get; } = new(
        "mesh.rest.requests", "{request}", "Requests to the REST API that were answered.", "route", "method", "status");

    public static ServerInstrument Streams { get; } = new(
        "mesh.xds.streams", "{stream}", "Clients that are connected, by protocol.", "protocol");

    public static ServerInstrument StreamsRefused { get; } = new(
        "mesh.xds.streams.refused", "{stream}", "Streams that were ended for what the client did, or not begun.", "status");

    public static ServerInstrument Pushes { get; } = new("mesh.xds.pushes", "{response}", "Responses, by type.", "type");

    public static ServerInstrument Resources { get; } = new(
        "mesh.xds.resources", "{resource}", "Resources in responses, removed ones included, by type.", "type");

    public static ServerInstrument Nacks { get; } = new("mesh.xds.nacks", "{response}", "Responses that clients refused, by type.", "type");

    public static ServerInstrument ResourcesWithheld { get; } = new(
        "mesh.xds.resources.withheld", "{resource}", "Resources that could not be encoded, by type.", "type");

    public static ServerInstrument PushDuration { get; } = new(
        "mesh.xds.push.duration", "s", "From a change of the mesh until a client whom it concerns has been written to.", "type");

    public static IReadOnlyList<ServerInstrument> All { get; } =
    [
        Generation, Documents, FolderRefused, Writes, Requests, Streams, StreamsRefused, Pushes, Resources, Nacks, ResourcesWithheld,
        PushDuration,
    ];

    /// <summary>The meter of them all.</summary>
    public static Meter CreateServerMeter(this IMeterFactory meters) =>
        meters.Create(new MeterOptions(Meter) { Version = typeof(ServerInstruments).Assembly.GetName().Version?.ToString(3) });

    public static Counter<long> Counter(this Meter meter, ServerInstrument row) =>
        meter.CreateCounter<long>(row.Name, row.Unit, row.Description);
}
