using System.Diagnostics;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Storefront.Probe;

namespace Storefront;

/// <summary>The shop's customers: calls <c>web</c> at a steady rate, whether or not it keeps up.</summary>
internal sealed class Generator(string web, int requestsPerSecond, Scoreboard scoreboard) : IDisposable
{
    private const int MaxInFlight = 1000;
    private const int Items = 100;
    private const int WarmUpCalls = 10;

    private static readonly TimeSpan s_warmUpLimit = TimeSpan.FromSeconds(10);

    // A plain client: what it sees is what a customer without any mesh sees.
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false })
    {
        BaseAddress = new Uri($"http://{web}"),
        Timeout = TimeSpan.FromSeconds(10),
    };

    /// <summary>
    /// A few calls one after the other, which do not count: the first ones take long, for the program is compiled as it runs.
    /// </summary>
    public async Task WarmUpAsync(CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        for (int number = 0; number < WarmUpCalls && Stopwatch.GetElapsedTime(start) < s_warmUpLimit && !stop.IsCancellationRequested; number++)
        {
            await TryCallAsync(number, CancellationToken.None);
        }
    }

    /// <summary>Ends when all calls that were begun before <paramref name="stop"/> have ended.</summary>
    public Task RunAsync(CancellationToken stop) =>
        Parallel.ForEachAsync(ArrivalsAsync(stop), new ParallelOptions { MaxDegreeOfParallelism = MaxInFlight }, CallAsync);

    public void Dispose() => _http.Dispose();

    private async IAsyncEnumerable<int> ArrivalsAsync([EnumeratorCancellation] CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        for (int number = 0; ; number++)
        {
            TimeSpan wait = TimeSpan.FromSeconds((double)number / requestsPerSecond) - Stopwatch.GetElapsedTime(start);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (stop.IsCancellationRequested)
            {
                yield break;
            }

            yield return number;
        }
    }

    private async ValueTask CallAsync(int number, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        string? version = await TryCallAsync(number, cancellation);
        var tally = new Tally { Service = "web" };
        tally.AddCall(Stopwatch.GetElapsedTime(start).TotalSeconds, succeeded: version is not null);
        scoreboard.Add(tally, version);
    }

    /// <returns>The version of <c>catalog</c> that the answer came from; null where there was no good answer.</returns>
    private async ValueTask<string?> TryCallAsync(int number, CancellationToken cancellation)
    {
        try
        {
            Answer? answer = await _http.GetFromJsonAsync<Answer>(new Uri($"/items/{number % Items}", UriKind.Relative), cancellation);
            return answer?.Catalog;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or JsonException)
        {
            return null;
        }
    }

    private sealed record Answer(string Catalog);
}
