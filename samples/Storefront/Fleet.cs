namespace Storefront;

/// <summary>All processes of the shop. They find each other by the config server, where each one registers.</summary>
internal sealed class Fleet(string rules, Scoreboard scoreboard) : IAsyncDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    private readonly List<ServiceProcess> _processes = [];
    private readonly ConfigServer _configServer = new(scoreboard);

    /// <summary>Where the rules are written.</summary>
    public Task<string> ConfigServerAsync(CancellationToken cancellation) => _configServer.ListeningAsync(cancellation);

    /// <summary>Returns the address of <c>web</c> once everything listens.</summary>
    public async Task<string> StartAsync(CancellationToken cancellation)
    {
        Print(_configServer.Name, await _configServer.ListeningAsync(cancellation));
        await _configServer.ApplyAsync(Path.Combine(rules, "mesh"), cancellation);

        // Whoever has started is registered, and found by those who call it.
        KeyValuePair<string, string> server = await _configServer.SettingAsync(cancellation);
        ServiceProcess[] leaves =
        [
            Start("Pricing", server), Start("Pricing", server),
            Start("Reviews", server), Start("Reviews", server, new("Trouble__Delay", "00:00:00.300")),
            Start("Reviews", server, new("Trouble__FailFor", "00:00:00.500")),
        ];
        ServiceProcess[] catalog = [StartVersion("Catalog", "v1", server), StartVersion("Catalog", "v1", server), StartVersion("Catalog", "v2", server)];
        ServiceProcess web = Start("Web", server);
        foreach (ServiceProcess process in (ServiceProcess[])[.. leaves, .. catalog])
        {
            Print(process.Name, "http://" + await process.ListeningAsync(cancellation));
        }

        string address = await web.ListeningAsync(cancellation);
        Print(web.Name, "http://" + address);
        await Task.WhenAll(_processes.Select(process => WithinLimitAsync($"{process.Name} has not registered", process.RegisteredAsync, cancellation)));
        await WarmUpAsync(web, cancellation);
        return address;
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_processes.Select(process => process.StopAsync()));
        await _configServer.DisposeAsync();
    }

    private ServiceProcess Start(string project, params IEnumerable<KeyValuePair<string, string>> settings) => StartVersion(project, null, settings);

    private ServiceProcess StartVersion(string project, string? version, params IEnumerable<KeyValuePair<string, string>> settings)
    {
        string directory = Path.Combine(rules, project);
        if (!Directory.Exists(directory))
        {
            throw new ServiceFailedException($"There is no folder {directory}.");
        }

        var process = new ServiceProcess(ServiceProgram.Service(project, version, directory, settings), scoreboard);
        _processes.Add(process);
        return process;
    }

    private static void Print(string name, string address) => Console.WriteLine($"{name,-30} {address}");

    /// <summary>First calls take long, for the program is compiled as it runs. So they are made before there are customers.</summary>
    private static async Task WarmUpAsync(ServiceProcess process, CancellationToken cancellation)
    {
        var item = new Uri($"http://{await process.ListeningAsync(cancellation)}/items/0");
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        await WithinLimitAsync(
            $"{process.Name} has given no good answer",
            async limit =>
            {
                while (!await IsAnsweredAsync(http, item, limit))
                {
                    await Task.Delay(s_pause, limit);
                }
            },
            cancellation);
    }

    private static async Task<bool> IsAnsweredAsync(HttpClient http, Uri item, CancellationToken cancellation)
    {
        try
        {
            using HttpResponseMessage response = await http.GetAsync(item, cancellation);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // It has died, of which there are news.
            return false;
        }
    }

    /// <summary>What one service does not do does not keep the shop closed.</summary>
    private static async Task WithinLimitAsync(string complaint, Func<CancellationToken, Task> act, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(s_limit);
        try
        {
            await act(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            Console.WriteLine($"{complaint} after {s_limit.TotalSeconds} s; the customers come all the same.");
        }
    }
}
