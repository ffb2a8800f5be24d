namespace Mesh.Benchmarks.EndToEnd;

/// <summary>Makes calls whenever it is its turn: a process of its own, so that its code is compiled for nothing else.</summary>
internal static class ClientProcess
{
    public static async Task RunAsync(Protocol protocol, Stack stack, Tls tls, string identities, string[] addresses)
    {
        HttpMessageHandler handler = stack switch
        {
            Stack.Mesh => MeshStack.Build(protocol, addresses, tls == Tls.Mesh ? identities : null),
            Stack.MirroringMesh => MeshStack.BuildMirroring(protocol, addresses),
            Stack.DiscoveryAndResilience => DiscoveryStack.Build(addresses),
            _ when tls is Tls.Raw or Tls.Resuming => RawTls.Client(identities, resumes: tls == Tls.Resuming),
            _ => new SocketsHttpHandler(),
        };
        bool isNamed = stack is Stack.Mesh or Stack.MirroringMesh or Stack.DiscoveryAndResilience;
        string address = $"{(tls is Tls.Raw or Tls.Resuming ? "https" : "http")}://{(isNamed ? Answers.Service : addresses[0])}";
        Load load = new(protocol.IsGrpc ? GrpcCaller.Of(handler, address) : HttpCaller.Of(handler, address, protocol));

        Parent.Tell(new Started([], [Environment.ProcessId]));
        while (await Parent.HearAsync<LoadOrder>() is { } order)
        {
            Parent.Tell(await load.RunAsync(order));
        }
    }
}
