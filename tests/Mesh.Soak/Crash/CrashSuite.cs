using System.Diagnostics;
using System.Text.Json.Nodes;
using Mesh.Soak.Processes;
using Mesh.Soak.Reporting;

namespace Mesh.Soak.Crash;

/// <summary>The config server is killed at random moments while many write; after each start what it has is compared with what it acknowledged.</summary>
internal sealed class CrashSuite(bool isQuick, Claims claims)
{
    private const string Opens = "the database opens after each kill";

    // Milliseconds between the first acknowledgement and the kill.
    private const int LongestRound = 1500;

    private static readonly TimeSpan s_syncLimit = TimeSpan.FromSeconds(30);

    private readonly Writer[] _writers =
    [
        .. Enumerable.Range(0, 4).Select(i => new Writer($"single-{i}", [$"single-{i}"])),
        .. Enumerable.Range(0, 2).Select(i => new Writer($"folder-{i}", [.. Enumerable.Range(0, 5).Select(j => $"folder-{i}-{j}")])),
    ];

    public async Task RunAsync()
    {
        int rounds = isQuick ? 4 : 20;
        await using ServerProcess server = new();
        await server.StartAsync();
        Round check = new(await server.Api.StatusAsync());
        await using Follower follower = await Follower.StartAsync(server.Xds, _writers.SelectMany(writer => writer.Services));
        for (int i = 0; i < rounds; i++)
        {
            await KillAmidWritesAsync(server);
            try
            {
                await server.StartAsync();
            }
            catch (InvalidOperationException failure)
            {
                claims.Add(Opens, false, failure.Message);
                return;
            }

            await check.CheckAsync(server.Api, _writers);
        }

        string writes = $"{rounds} kills, {_writers.Sum(writer => writer.Acknowledged.Count)} writes, {check.InDoubtButMade} of them made but not answered";
        claims.Add(Opens, true, $"{rounds} starts");
        claims.Add("each acknowledged write is there, its content and its history", check.Lost, writes);
        claims.Add("nothing is half applied, or twice", check.Torn, writes);
        claims.Add("the epoch stays and the generation never goes back", check.WentBack, $"{rounds} starts");
        claims.Add("a client over xDS never sees a generation go back", follower.WentBack, $"{follower.States} states seen, {follower.Connections} connections");
        claims.Add("no server is older than what a client has seen", follower.Behind == 0, $"{follower.Behind} were");
        claims.Add("the client ends in sync", await InSyncAsync(server, follower), $"{follower.State}");
    }

    private async Task KillAmidWritesAsync(ServerProcess server)
    {
        TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task[] writing = [.. _writers.Select(writer => writer.WriteAsync(server.Api, () => first.TrySetResult()))];
        await Task.WhenAny([first.Task, .. writing]);
        await Task.Delay(Random.Shared.Next(LongestRound));
        await server.KillAsync();
        await Task.WhenAll(writing);
    }

    private static async Task<bool> InSyncAsync(ServerProcess server, Follower follower)
    {
        JsonNode status = await server.Api.StatusAsync();
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < s_syncLimit; await Task.Delay(50))
        {
            if (follower.State == $"{status["epoch"]}.{status["generation"]}" && await Clients.AreInSyncAsync(server.Api, 1))
            {
                return true;
            }
        }

        return false;
    }
}
