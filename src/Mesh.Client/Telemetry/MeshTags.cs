namespace Mesh.Client.Telemetry;

/// <summary>The attributes of the mesh's metrics and spans.</summary>
internal static class MeshTags
{
    public const string Source = "mesh.source";
    public const string SourceVersion = "mesh.source.version";
    public const string Destination = "mesh.destination";
    public const string DestinationVersion = "mesh.destination.version";
    public const string Route = "mesh.route";
    public const string Outcome = "mesh.outcome";
    public const string Reason = "mesh.reason";
    public const string State = "mesh.endpoint.state";
    public const string Attempts = "mesh.attempts";
    public const string Mirror = "mesh.mirror";
    public const string Endpoint = "mesh.endpoint";
    public const string ServerPort = "server.port";
    public const string Policy = "mesh.policy";
}
