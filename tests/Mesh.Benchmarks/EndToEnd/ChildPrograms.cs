using Mesh.Benchmarks.Control;

namespace Mesh.Benchmarks.EndToEnd;

/// <summary>The programs that the suite runs in processes of their own: this executable again, with another command line.</summary>
internal static class ChildPrograms
{
    private const string Replicas = "e2e-server";
    private const string Yarp = "e2e-yarp";
    private const string Haproxy = "e2e-haproxy";
    private const string Client = "e2e-client";

    public static string[] ReplicasOf(Protocol protocol, Tls tls, string identities) => [Replicas, protocol.Name, $"{tls}", identities];

    public static string[] YarpTo(Protocol protocol, string[] replicas) => [Yarp, protocol.Name, .. replicas];

    public static string[] HaproxyTo(string program, Protocol protocol, string identities, string[] replicas) =>
        [Haproxy, program, protocol.Name, identities, .. replicas];

    public static string[] ClientOf(Protocol protocol, Stack stack, Tls tls, string identities, string[] addresses) =>
        [Client, protocol.Name, $"{stack}", $"{tls}", identities, .. addresses];

    /// <summary>Null for the command lines that people give.</summary>
    public static Func<Task>? Find(string[] args) => args switch
    {
        [Replicas, string protocol, string tls, string identities] =>
            () => ReplicaProcess.RunAsync(Protocol.Named(protocol), Enum.Parse<Tls>(tls), identities),
        [Yarp, string protocol, .. string[] replicas] =>
            () => YarpProcess.RunAsync(Protocol.Named(protocol), replicas),
        [Haproxy, string program, string protocol, string identities, .. string[] replicas] =>
            () => HaproxyProcess.RunAsync(program, Protocol.Named(protocol), identities, replicas),
        [Client, string protocol, string stack, string tls, string identities, .. string[] addresses] =>
            () => ClientProcess.RunAsync(Protocol.Named(protocol), Enum.Parse<Stack>(stack), Enum.Parse<Tls>(tls), identities, addresses),
        _ => ControlPrograms.Find(args),
    };
}
