namespace Mesh.ConfigServer.Telemetry;

/// <summary>The table of instruments, by which they are made and documented.</summary>
internal static class ServerInstruments
{
    public const string Meter = "Mesh.ConfigServer";

    public static ServerInstrument Generation { get; } = new("mesh.config.generation", "{generation}", "The generation of documents in force.");

    public static ServerInstrument Documents { get; } = new("mesh.config.documents", "{document}", "Documents in force, by kind.", "kind");

    public static ServerInstrument FolderRefused { get; } = new(
        "mesh.config.folder.refused", "", "1 while the watched files have faults, and older documents are in force; else 0.");

    public static ServerInstrument Writes { get; } = new("mesh.config.writes", "{write}", "Writes, by what they came to.", "result");

    public static ServerInstrument Requests { get; } = new(
        "mesh.rest.requests", "{request}", "Requests to the REST API that were answered.", "route", "method", "status");

    public static IReadOnlyList<ServerInstrument> All { get; } = [Generation, Documents, FolderRefused, Writes, Requests];
}
