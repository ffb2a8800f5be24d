using Mesh.Soak.Processes;
using Mesh.Soak.Reporting;

namespace Mesh.Soak.Shop;

/// <summary>
/// Services that find each other by their registrations alone are called all the time, while their replicas are restarted one after the other
/// and killed, and the config server is killed as well.
/// </summary>
internal sealed class ShopSuite(bool isQuick, Claims claims)
{
    // Connections that wait for calls are open for a minute, and many where the machine was slow for a moment.
    private const int MoreHandles = 60;

    // Looks at processes come every quarter of a second, and the machine has other work.
    private static readonly TimeSpan s_slack = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(60);

    private readonly int _rounds = isQuick ? 2 : 17;
    private readonly TimeSpan _ttl = TimeSpan.FromSeconds(isQuick ? 3 : 15);
    private readonly TimeSpan _grace = TimeSpan.FromSeconds(isQuick ? 3 : 30);
    private readonly TimeSpan _serverAway = TimeSpan.FromSeconds(isQuick ? 1 : 5);
    private readonly Losses _losses = new();
    private readonly Belief _afterRestarts = new("after restarts");
    private readonly Belief _afterKills = new("after kills");
    private readonly Belief _afterReturns = new("after the server's return");
    private readonly Belief _inSync = new("in sync");

    public async Task RunAsync()
    {
        await using ServerProcess server = new("--registration-ttl", $"{_ttl.TotalSeconds}s", "--grace-period", $"{_grace.TotalSeconds}s");
        await server.StartAsync();
        await using Shop shop = new(server);
        await shop.StartAsync();
        _ = await shop.UntilBelievedAsync(s_startLimit) ?? throw new InvalidOperationException($"The shop does not come up: {shop.DescribeBelief()}.");
        for (int round = 1; round <= _rounds; round++)
        {
            Say($"round {round}: restarts");
            await Task.WhenAll(shop.Catalog.RestartAllAsync(), shop.Pricing.RestartAllAsync());
            _afterRestarts.Add(await shop.UntilBelievedAsync(s_slack), shop);
            using IDisposable loss = _losses.Begin();
            await KillReplicaAsync(shop, round % 2 == 0 ? shop.Catalog : shop.Pricing);
            if (round % 2 == 0)
            {
                await KillServerAsync(shop);
            }
        }

        await shop.StopCallingAsync();
        foreach (Failure failure in shop.Webs.SelectMany(web => web.Failures).OrderBy(failure => failure.Began))
        {
            Say($"{failure}");
        }

        ClaimCalls(shop);
        ClaimBelief();
        ClaimTrends(shop);
    }

    // A full run takes long, and who watches it wants to know how far it is.
    private static void Say(string what) => Console.Error.WriteLine($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {what}");

    private async Task KillReplicaAsync(Shop shop, Replicas service)
    {
        Say($"a {service.Service} is killed");
        _losses.Killed(await service.KillNextAsync());
        _afterKills.Add(await shop.UntilBelievedAsync(_ttl + s_slack), shop);
    }

    // A replica of each service that is stopped meanwhile cannot tell anybody.
    private async Task KillServerAsync(Shop shop)
    {
        Say("the config server is killed");
        await shop.KillServerAsync();
        Task<int[]> restarts = Task.WhenAll(shop.Catalog.RestartNextAsync(), shop.Pricing.RestartNextAsync());
        await Task.Delay(_serverAway);
        foreach (int port in await restarts)
        {
            _losses.StoppedUntold(port);
        }

        await shop.RestartServerAsync();
        Say("the config server is back");
        _inSync.Add(await shop.UntilInSyncAsync(_grace + s_slack), shop);
        _afterReturns.Add(await shop.UntilBelievedAsync(_grace + _ttl + s_slack), shop);
    }

    private void ClaimCalls(Shop shop)
    {
        Failure[] failures = [.. shop.Webs.SelectMany(web => web.Failures)];
        Figures[] figures = [.. shop.Webs.Select(web => web.Figures!)];
        string kinds = failures.Length == 0 ? "none failed" : string.Join(", ", failures.GroupBy(failure => $"{failure.Method} {failure.Kind} of {failure.Service}").Select(kind => $"{kind.Count()} {kind.Key}"));
        string calls = $"{figures.Sum(figure => figure.Calls)} calls, {kinds}";
        claims.Add(
            "no call fails while replicas are restarted one after the other",
            [.. failures.Where(_losses.IsCalm).Select(failure => $"{failure}")],
            $"{shop.Catalog.Restarts + shop.Pricing.Restarts} restarts, the slowest stop {Math.Max(shop.Catalog.SlowestStop.TotalMilliseconds, shop.Pricing.SlowestStop.TotalMilliseconds):0} ms");
        claims.Add("no call that may be repeated fails, whatever is killed", [.. failures.Where(failure => failure.IsIdempotent).Select(failure => $"{failure}")], calls);
        claims.Add(
            "a POST fails only where its replica is killed while it has it, or stops while nobody can be told",
            [.. failures.Where(failure => !failure.IsIdempotent && !_losses.ExplainByKill(failure) && !_losses.ExplainByStop(failure)).Select(failure => $"{failure}")],
            $"{_losses.Kills} replicas killed: {failures.Count(_losses.ExplainByKill)} failures; {_losses.Untold} stopped while the config server was away: {failures.Count(_losses.ExplainByStop)}");
        claims.Add(
            "callers always have answers",
            figures.All(figure => figure.LongestGap < s_slack.TotalMilliseconds),
            $"the longest time without a good one {figures.Max(figure => figure.LongestGap):0} ms; {figures.Sum(figure => figure.Retries)} retries, {figures.Sum(figure => figure.RetriesRefused)} refused by the budget");
    }

    private void ClaimBelief()
    {
        claims.Add("what clients believe is what runs, once replicas were restarted", _afterRestarts.Late, _afterRestarts.Found);
        claims.Add($"and once one was killed, within {_ttl.TotalSeconds} s and a little", _afterKills.Late, _afterKills.Found);
        claims.Add("all clients are back in sync after the server's return", _inSync.Late, _inSync.Found);
        claims.Add("and give up who went while it was away", _afterReturns.Late, _afterReturns.Found);
    }

    private void ClaimTrends(Shop shop)
    {
        (string Name, Trend Trend, double Memory)[] all =
            [.. shop.Webs.Select((web, i) => ($"caller {i + 1}", web.Trend, 4.0)), ("server", shop.ServerTrend, 32.0)];
        claims.Add(
            "no handles leak",
            all.All(one => one.Trend.Handles.Now <= one.Trend.Handles.Then + MoreHandles),
            string.Join(", ", all.Select(one => $"{one.Name} {one.Trend.Handles.Then:0} then {one.Trend.Handles.Now:0}")));
        claims.Add(
            "no memory leaks",
            all.All(one => one.Trend.Memory.Now <= (one.Trend.Memory.Then * 1.25) + one.Memory),
            string.Join(", ", all.Select(one => $"{one.Name} {one.Trend.Memory.Then:0.0} MB then {one.Trend.Memory.Now:0.0}")));
    }
}
