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

    public static ServerInstrument Services { get; } = new(
        "mesh.services", "{service}", "Services, by whether they have endpoints: some, none, or unknown where clients find them themselves.",
        "endpoints");

    public static ServerInstrument Instances { get; } = new(
        "mesh.registry.instances", "{instance}", "Instances that have registered, by state.", "state");

    public static ServerInstrument Flapping { get; } = new(
        "mesh.registry.flapping", "{service}", "Services whose instances come and go more often than any rollout has them.");

    public static ServerInstrument RegistryStreams { get; } = new(
        "mesh.registry.streams", "{stream}", "Streams over which processes say that they are there.");

    public static ServerInstrument Registrations { get; } = new(
        "mesh.registry.registrations", "{registration}", "Registrations, by what they came to: registered, or why the stream was refused or ended.", "result");

    public static ServerInstrument Withdrawals { get; } = new(
        "mesh.registry.withdrawals", "{withdrawal}", "Withdrawals, by whether all clients confirmed them in time: confirmed or behind.",
        "result");

    public static ServerInstrument Expiries { get; } = new(
        "mesh.registry.expiries", "{instance}", "Instances that went without a word: silent, or displaced by another at their address.", "result");

    public static ServerInstrument Held { get; } = new(
        "mesh.registry.held", "{instance}", "Instances that were held rather than given up, for most others of their service were silent, too.");

    public static ServerInstrument Streams { get; } = new(
        "mesh.xds.streams", "{stream}", "Clients that are connected, by protocol.", "protocol");

    public static ServerInstrument Clients { get; } = new(
        "mesh.xds.clients", "{client}", "Clients that are connected, by how far they are: in_sync, behind or nacked.", "state");

    public static ServerInstrument StreamsWaiting { get; } = new(
        "mesh.xds.streams.waiting", "{stream}", "Streams that wait for their turn, for many began at the same time.");

    public static ServerInstrument Gaps { get; } = new(
        "mesh.xds.gaps", "{rule}", "Rules that connected clients have and cannot honour, counted for each client.");

    public static ServerInstrument LongestBehind { get; } = new(
        "mesh.xds.behind.duration", "s", "How long one of the connected clients has owed an answer to what it was sent; 0: none does.");

    public static ServerInstrument Software { get; } = new(
        "mesh.xds.clients.software", "{version}", "Kinds of software among the connected clients, each version counted.");

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

    public static ServerInstrument ResidentMemory { get; } = new("process.resident.memory", "By", "Memory of the process in use.");

    public static ServerInstrument CpuTime { get; } = new("process.cpu", "s", "Processor time that the process has used.");

    public static ServerInstrument OpenHandles { get; } = new("process.open.fds", "{handle}", "Files, sockets and such that the process has open.");

    public static ServerInstrument StartTime { get; } = new("process.start.time", "s", "When the process was started, in seconds since 1970.");

    public static IReadOnlyList<ServerInstrument> All { get; } =
    [
        Generation, Documents, FolderRefused, Writes, Requests, Services, Instances, Flapping, RegistryStreams, Registrations, Withdrawals,
        Expiries, Held, Streams, Clients, LongestBehind, Gaps, Software, StreamsWaiting, StreamsRefused, Pushes, Resources, Nacks,
        ResourcesWithheld, PushDuration, ResidentMemory, CpuTime, OpenHandles, StartTime,
    ];

    /// <summary>The meter of them all.</summary>
    public static Meter CreateServerMeter(this IMeterFactory meters) =>
        meters.Create(new MeterOptions(Meter) { Version = typeof(ServerInstruments).Assembly.GetName().Version?.ToString(3) });

    public static Counter<long> Counter(this Meter meter, ServerInstrument row) =>
        meter.CreateCounter<long>(row.Name, row.Unit, row.Description);
}
