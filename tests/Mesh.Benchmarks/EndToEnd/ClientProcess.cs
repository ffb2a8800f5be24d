namespace Mesh.Benchmarks.EndToEnd;

/// <summary>Makes calls whenever it is its turn: a process of its own, so that its code is compiled for nothing else.</summary>
internal static class ClientProcess
{
    public static async Task RunAsync(Protocol protocol, Stack stack, string[] addresses)
    {
        HttpMessageHandler handler = stack switch
        {
            Stack.Mesh => MeshStack.Build(protocol, addresses),
            Stack.MirroringMesh => MeshStack.BuildMirroring(protocol, addresses),
            Stack.DiscoveryAndResilience => DiscoveryStack.Build(addresses),
            _ => new SocketsHttpHandler(),
        };
        string host = stack == Stack.Raw ? addresses[0] : Answers.Service;
        Load load = new(protocol.IsGrpc ? GrpcCaller.Of(handler, host) : HttpCaller.Of(handler, host, protocol));

        Parent.Tell(new Started([], [Environment.ProcessId]));
        while (await Parent.HearAsync<LoadOrder>() is { } order)
        {
            Parent.Tell(await load.RunAsync(order));
        }
    }
}
