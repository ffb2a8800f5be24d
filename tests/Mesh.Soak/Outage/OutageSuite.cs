using System.Diagnostics;
using System.Text.Json.Nodes;
using Mesh.Soak.Processes;
using Mesh.Soak.Reporting;

namespace Mesh.Soak.Outage;

/// <summary>The config server is away while backends come and go under load, and comes back with another rule.</summary>
internal sealed class OutageSuite(bool isQuick, Claims claims)
{
    private const string Before = "before";
    private const string After = "after";

    // Milliseconds: a timer's, and the way of a call.
    private const double Slack = 500;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_inForceWithin = TimeSpan.FromSeconds(2);

    private readonly TimeSpan _away = TimeSpan.FromSeconds(isQuick ? 6 : 30);
    private readonly TimeSpan _around = TimeSpan.FromSeconds(isQuick ? 1 : 5);

    public async Task RunAsync()
    {
        DirectoryInfo caches = Directory.CreateTempSubdirectory("mesh-soak-");
        await using ServerProcess server = new();
        await using Backends backends = new();
        await Task.WhenAll(server.StartAsync(), backends.ReadyAsync());
        await WriteAsync(server, backends, Before);

        await using Consumer steady = Cached("steady");
        await using Consumer former = Cached("restarted");
        await UntilAsync(() => steady.Meshed.Any(IsGood) && former.Meshed.Any(IsGood), "The consumers' first answers");
        backends.Roll();
        await Task.Delay(_around);

        await server.KillAsync();
        long gone = Stopwatch.GetTimestamp();
        await former.StopAsync();
        await using Consumer restarted = Cached("restarted");
        await using Consumer fresh = new("fresh", server.Xds, cache: "", backends.Addresses);
        await UntilAsync(() => restarted.Meshed.Any() && fresh.Meshed.Any(), "The first calls during the outage");
        if (_away - Stopwatch.GetElapsedTime(gone) is { Ticks: > 0 } rest)
        {
            await Task.Delay(rest);
        }

        TimeSpan wasAway = Stopwatch.GetElapsedTime(gone);
        await server.StartAsync();
        long back = Now();
        await WriteAsync(server, backends, After);
        long written = Now();
        Consumer[] now = [steady, restarted, fresh];
        await UntilAsync(() => now.All(consumer => consumer.Meshed.Any(call => call.Rule == After)), "The new rule");
        bool areInSync = await EventuallyInSyncAsync(server, now.Length);
        await Task.Delay(_around);
        await backends.RestAsync();
        await Task.WhenAll(now.Select(consumer => consumer.StopAsync()));
        caches.Delete(recursive: true);

        ClaimCalls([.. SinceItWasTold(steady), .. SinceItWasTold(former), .. restarted.Calls, .. SinceItWasTold(fresh)], backends, wasAway);
        ClaimCachedStart(restarted);
        ClaimFreshStart(fresh, back);
        ClaimInForce(now, back, written);
        claims.Add("then it stays in force", now.All(StaysInForce), $"{now.Sum(consumer => consumer.Meshed.Count(call => call.Rule == After))} calls");
        claims.Add("after the return all are in sync", areInSync, $"{now.Length} clients");

        Consumer Cached(string name) => new(name, server.Xds, Path.Combine(caches.FullName, name), backends.Addresses);
    }

    private static bool IsGood(CallRecord call) => call.Failure is null;

    private static Task<JsonNode> WriteAsync(ServerProcess server, Backends backends, string rule) => server.Api.WriteAsync(
        HttpMethod.Put,
        $"services/default/{ConsumerProgram.Service}",
        new JsonObject
        {
            ["kind"] = "Service",
            ["name"] = ConsumerProgram.Service,
            ["endpoints"] = new JsonArray([.. backends.Addresses.Select(address => JsonValue.Create(address))]),
            ["routes"] = new JsonArray(new JsonObject
            {
                ["name"] = "all",
                ["responseHeaders"] = new JsonObject { ["set"] = new JsonObject { [ConsumerProgram.RuleHeader] = rule } },
            }),
        },
        "soak",
        rule);

    private void ClaimCalls(CallRecord[] calls, Backends backends, TimeSpan wasAway)
    {
        Failures failures = new(calls);
        string found = $"{calls.Count(call => call.IsMeshed)} calls each, server away {wasAway.TotalSeconds:0} s, {backends.Stops} backends stopped and {backends.Crashes} crashed meanwhile";
        claims.Add("the plain client meets the backends that go", failures.Plain > 0, found);
        claims.Add("no more calls fail through the mesh than with a plain client", failures.Meshed <= failures.Plain, failures.Describe());
        claims.Add("no call fails through the mesh but where a plain one does", failures.OfTheMeshAlone, failures.Describe());
    }

    private void ClaimCachedStart(Consumer restarted)
    {
        CallRecord first = restarted.Meshed.First();
        double plain = restarted.Calls.Where(call => !call.IsMeshed).MinBy(call => call.Began)!.Took;
        claims.Add(
            "a consumer that restarts during the outage answers from its cache at once",
            IsGood(first) && first.Rule == Before && first.Took < ConsumerProgram.FirstCallTimeout.TotalMilliseconds + plain,
            $"first call: {first.Failure ?? "good"}, {first.Took:0} ms; a plain one beside it {plain:0} ms");
    }

    private void ClaimFreshStart(Consumer fresh, long back)
    {
        CallRecord[] during = [.. fresh.Meshed.Where(call => call.Ended < back)];
        CallRecord slowest = during.MaxBy(call => call.Took)!;
        claims.Add(
            "one without a cache that starts during the outage gets 503 ConfigServerSilent within FirstCallTimeout",
            during.All(call => call is { Failure: "ConfigServerSilent", Status: 503 }) && slowest.Took < ConsumerProgram.FirstCallTimeout.TotalMilliseconds + SlowestPlain(fresh, 0, back) + Slack,
            $"{string.Join(", ", during.GroupBy(call => $"{call.Failure ?? "good"} {call.Status}").Select(kind => $"{kind.Count()} {kind.Key}"))}; slowest {slowest.Took:0} ms of {ConsumerProgram.FirstCallTimeout.TotalMilliseconds:0}");
        CallRecord[] since = [.. SinceItWasTold(fresh).Where(call => call.IsMeshed)];
        claims.Add("and recovers by itself", since.Length > 0 && since.All(call => call.Status is null), $"{since.Length} calls since, {since.Count(IsGood)} good");
    }

    // Before that it knows of no backends.
    private static IEnumerable<CallRecord> SinceItWasTold(Consumer consumer)
    {
        long ended = consumer.Meshed.First(IsGood).Ended;
        return consumer.Calls.Where(call => call.Began >= ended);
    }

    // What a machine without time to spare adds to everything is seen at the plain calls of that time.
    private void ClaimInForce(Consumer[] consumers, long back, long written)
    {
        List<string> late = [];
        List<string> found = [$"written {written - back} ms after the return"];
        foreach (Consumer consumer in consumers)
        {
            long inForce = consumer.Meshed.First(call => call.Rule == After).Began;
            string after = $"{consumer.Name} {Math.Max(0, inForce - written)} ms";
            found.Add(after);
            if (inForce - written > s_inForceWithin.TotalMilliseconds + SlowestPlain(consumer, written, inForce))
            {
                late.Add(after);
            }
        }

        claims.Add($"a rule changed at the server's return is in force within {s_inForceWithin.TotalSeconds} s", late, string.Join(", ", found));
    }

    private static double SlowestPlain(Consumer consumer, long from, long to) =>
        consumer.Calls.Where(call => !call.IsMeshed && call.Ended >= from && call.Began <= to).Select(call => call.Took).DefaultIfEmpty().Max();

    private static long Now() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    private static bool StaysInForce(Consumer consumer) =>
        consumer.Meshed.Where(IsGood).SkipWhile(call => call.Rule != After) is var since
        && since.First().Ended is var taken && since.All(call => call.Rule == After || call.Began <= taken);

    private static async Task<bool> EventuallyInSyncAsync(ServerProcess server, int clients)
    {
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < s_patience; await Task.Delay(50))
        {
            if (await Clients.AreInSyncAsync(server.Api, clients))
            {
                return true;
            }
        }

        return false;
    }

    private static async Task UntilAsync(Func<bool> condition, string what)
    {
        for (long start = Stopwatch.GetTimestamp(); !condition(); await Task.Delay(20))
        {
            if (Stopwatch.GetElapsedTime(start) > s_patience)
            {
                throw new InvalidOperationException($"{what}: not within {s_patience.TotalSeconds} s.");
            }
        }
    }
}
