using System.Globalization;

namespace Mesh.Benchmarks.Control;

/// <summary>The programs that the suite runs in processes of their own: this executable again, with another command line.</summary>
internal static class ControlPrograms
{
    private const string Server = "control-server";
    private const string Kestrel = "control-kestrel";
    private const string Simulator = "control-clients";
    private const string Registrar = "control-instances";
    private const string Client = "control-client";

    public static string[] ServerAt(string data, string xds, string http, TimeSpan ttl) => [Server, data, xds, http, $"{ttl:c}"];

    public static string[] KestrelAlone { get; } = [Kestrel];

    public static string[] ClientsOf(string server) => [Simulator, server];

    public static string[] InstancesAt(string server) => [Registrar, server];

    public static string[] ClientAt(string server) => [Client, server];

    /// <summary>Null for the command lines that people give.</summary>
    public static Func<Task>? Find(string[] args) => args switch
    {
        [Server, string data, string xds, string http, string ttl] => () => ServerProcess.RunAsync(data, xds, http, TimeSpan.Parse(ttl, CultureInfo.InvariantCulture)),
        [Kestrel] => Control.KestrelAlone.RunAsync,
        [Simulator, string server] => () => SimulatorProcess.RunAsync(server),
        [Registrar, string server] => () => RegistrarProcess.RunAsync(server),
        [Client, string server] => () => MeshClientProcess.RunAsync(server),
        _ => null,
    };
}
