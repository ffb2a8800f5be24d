using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using Mesh.Benchmarks.EndToEnd;

namespace Mesh.Benchmarks.Control;

/// <summary>A child that plays the instances of services, a hundred on each of its connections.</summary>
internal static class RegistrarProcess
{
    private const int AtOnce = 200;

    public static async Task RunAsync(string server)
    {
        using GrpcChannel channel = GrpcChannel.ForAddress($"http://{server}", new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { UseProxy = false, EnableMultipleHttp2Connections = true },
        });
        CallInvoker invoker = channel.CreateCallInvoker();
        Stack<SimulatedInstance> instances = [];
        int number = 0;
        Parent.Tell(new Started([], [Environment.ProcessId]));
        while (await Parent.HearAsync<RegistrarOrder>() is { } order)
        {
            long now = Stopwatch.GetTimestamp();
            switch (order.Do)
            {
                case RegistrarStep.Fill or RegistrarStep.Add:
                    IEnumerable<string> services = order.Do is RegistrarStep.Add
                        ? Enumerable.Repeat(order.Service, order.Count)
                        : Enumerable.Range(0, order.Services * order.Count).Select(i => $"{order.Service}{i / order.Count}");
                    foreach (string[] part in services.Chunk(AtOnce))
                    {
                        SimulatedInstance[] started = await Task.WhenAll(part.Select(service => SimulatedInstance.StartAsync(invoker, service, number++)));
                        Array.ForEach(started, instances.Push);
                    }

                    break;
                case RegistrarStep.Withdraw:
                    await using (SimulatedInstance leaving = instances.Pop())
                    {
                        await leaving.WithdrawAsync();
                    }

                    break;
                case RegistrarStep.Cut:
                    await instances.Pop().DisposeAsync();
                    break;
            }

            Parent.Tell(new RegistrarReport(instances.Count, now));
        }

        foreach (SimulatedInstance instance in instances)
        {
            await instance.DisposeAsync();
        }
    }
}
