using System.Diagnostics;
using Grpc.Net.Client;
using Mesh.Soak.Processes;
using Mesh.Soak.Reporting;

namespace Mesh.Soak.Registry;

/// <summary>Many services, each with one process that comes and goes, twice a second where the machine is fast enough.</summary>
internal sealed class Flapping(ServerProcess server, TimeSpan duration, Claims claims)
{
    private const int Services = 500;
    private const int FirstPort = 10_000;

    // What changes goes out every 100 ms, all of it together. The services themselves stay, so that only their endpoints change.
    private const double MostPushes = 25;

    // Bytes of the managed heap come and go, so more than the leak that is looked for.
    private const double MoreMemory = 48;

    private static readonly TimeSpan s_phase = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    private long _turns;

    public async Task RunAsync()
    {
        using SocketsHttpHandler handler = new() { EnableMultipleHttp2Connections = true };
        using GrpcChannel channel = GrpcChannel.ForAddress(server.Xds, new GrpcChannelOptions { HttpHandler = handler });
        await using Watcher watcher = await Watcher.StartAsync(server.Xds, Enumerable.Range(0, Services).Select(NameOf));
        Lease[] first = await Task.WhenAll(Enumerable.Range(0, Services).Select(i => TakeAsync(channel, i, epoch: 1)));

        // Of a service that was not known before all is news. What is counted begins when they are.
        _ = await Wait.UntilAsync(() => IsBelieved(watcher), s_limit);
        Trend memory = new();
        long start = Stopwatch.GetTimestamp();
        double pushes = await PushesAsync();
        Task<Lease[]> flapping = Task.WhenAll(Enumerable.Range(0, Services).Select(i => Task.Run(() => FlapAsync(channel, i, first[i], start))));
        while (!flapping.IsCompleted)
        {
            memory.Add(ProcessFacts.HandlesOf(server.ProcessId), ProcessFacts.MemoryOf(server.ProcessId));
            await Task.WhenAny(flapping, Task.Delay(s_phase));
        }

        Lease[] last = await flapping;
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        pushes = (await PushesAsync() - pushes) / seconds;
        bool isBelieved = await Wait.UntilAsync(() => IsBelieved(watcher), s_limit);
        foreach (Lease lease in last)
        {
            lease.Dispose();
        }

        claims.Add(
            "services that flap cost a client few updates",
            pushes <= MostPushes,
            $"{Services} services, {2 * _turns / seconds:0} comings and goings a second for {seconds:0} s, {pushes:0.0} pushes a second to a client that follows all");
        claims.Add("and no memory", memory.Memory.Now <= memory.Memory.Then + MoreMemory, $"server {memory.Memory.Then:0} MB then {memory.Memory.Now:0}");
        claims.Add("and in the end what the client believes is what runs", isBelieved, $"{watcher.Endpoints} endpoints of {Services}");
    }

    private static string NameOf(int i) => $"flap-{i}";

    private Task<double> PushesAsync() => server.Api.MetricAsync("mesh_xds_pushes_total");

    private static bool IsBelieved(Watcher watcher) => watcher.Endpoints == Services
        && Enumerable.Range(0, Services).All(i => watcher.Of(NameOf(i)) is [(int port, true)] && port == FirstPort + i);

    private static Task<Lease> TakeAsync(GrpcChannel channel, int i, long epoch) => Lease.TakeAsync(channel, NameOf(i), $"flap-{i}", epoch, FirstPort + i);

    // At the end it is there.
    private async Task<Lease> FlapAsync(GrpcChannel channel, int i, Lease lease, long start)
    {
        for (long epoch = 2; Stopwatch.GetElapsedTime(start) < duration; epoch++)
        {
            await Task.Delay(s_phase);
            await lease.WithdrawAsync();
            lease.Dispose();
            Interlocked.Increment(ref _turns);
            await Task.Delay(s_phase);
            lease = await TakeAsync(channel, i, epoch);
        }

        return lease;
    }
}
