using System.Diagnostics;
using System.Net;
using Mesh.Benchmarks.EndToEnd;

namespace Mesh.Benchmarks.Control;

/// <summary>A child that plays many clients of a config server, each on a connection of its own.</summary>
internal static class SimulatorProcess
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(20);

    public static async Task RunAsync(string server)
    {
        IPEndPoint address = IPEndPoint.Parse(server);
        using CancellationTokenSource stop = new();
        List<ClientGroup> groups = [];
        List<Task> clients = [];
        Parent.Tell(new Started([], [Environment.ProcessId]));
        while (await Parent.HearAsync<SimulatorOrder>() is { } order)
        {
            switch (order.Do)
            {
                case SimulatorStep.Connect:
                    groups.Add(new ClientGroup($"group{groups.Count}", order.Clients));
                    await ConnectAsync(order, address, groups[order.Group], clients, stop.Token);
                    await WaitAsync(order, () => groups[order.Group].InSync == order.Clients);
                    break;
                case SimulatorStep.Begin:
                    groups[order.Group].Begin();
                    break;
                case SimulatorStep.AwaitSeen:
                    await WaitAsync(order, () => groups[order.Group].Seen == groups[order.Group].Count);
                    break;
                case SimulatorStep.AwaitSync:
                    await WaitAsync(order, () => groups[order.Group].InSync == groups[order.Group].Count);
                    break;
            }

            ClientGroup group = groups[order.Group];
            Parent.Tell(new SimulatorReport(group.Count, group.InSync, group.Firsts, group.Messages, group.Bytes));
        }

        await stop.CancelAsync();
        await Task.WhenAll(clients);
    }

    private static async Task ConnectAsync(
        SimulatorOrder order, IPEndPoint server, ClientGroup group, List<Task> clients, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < order.Clients; i++)
        {
            string[] names =
            [
                .. order.Shared,
                .. Enumerable.Range(0, order.OthersEach).Select(k => order.Others[((i * order.OthersEach) + k) % order.Others.Length]),
            ];
            clients.Add(new SimulatedClient(server, group, i, names).RunAsync(stop));
            TimeSpan due = TimeSpan.FromSeconds((double)i / order.PerSecond);
            if (due - Stopwatch.GetElapsedTime(start) is { Ticks: > 0 } ahead)
            {
                await Task.Delay(ahead, stop);
            }
        }
    }

    private static async Task WaitAsync(SimulatorOrder order, Func<bool> holds)
    {
        long start = Stopwatch.GetTimestamp();
        while (!holds() && Stopwatch.GetElapsedTime(start).TotalSeconds < order.WithinSeconds)
        {
            await Task.Delay(s_tick);
        }
    }
}
