namespace Storefront;

/// <summary>A call that the rules do not allow, made again and again: <c>web</c> asks <c>reviews</c>, which is open to <c>catalog</c> alone.</summary>
internal sealed class ShortCut(string web, Scoreboard scoreboard) : IDisposable
{
    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(500);

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false })
    {
        BaseAddress = new Uri($"http://{web}"),
        Timeout = TimeSpan.FromSeconds(10),
    };

    /// <summary>Ends with <paramref name="stop"/>.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            scoreboard.ShortCut = await TryAsync();
            await Task.Delay(s_period, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>For people.</summary>
    private async Task<string> TryAsync()
    {
        try
        {
            using HttpResponseMessage answer = await _http.GetAsync(new Uri("/reviews/1", UriKind.Relative));
            return answer.IsSuccessStatusCode ? $"{(int)answer.StatusCode}: no policy refuses it" : $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return "web does not answer";
        }
    }
}
