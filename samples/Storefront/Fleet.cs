namespace Storefront;

/// <summary>All processes of the shop. They find each other by the config server, where each one registers.</summary>
internal sealed class Fleet(string rules, Scoreboard scoreboard) : IAsyncDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    private readonly List<ServiceProcess> _processes = [];
    private readonly ConfigServer _configServer = new(scoreboard);

    // Tells each service where the config server is.
    private KeyValuePair<string, string> _setting;

    /// <summary>Where the rules are written.</summary>
    public Task<string> ConfigServerAsync(CancellationToken cancellation) => _configServer.ListeningAsync(cancellation);

    /// <summary>Returns the address of <c>web</c> once everything listens.</summary>
    public async Task<string> StartAsync(CancellationToken cancellation)
    {
        Print(_configServer.Name, await _configServer.ListeningAsync(cancellation));
        await _configServer.ApplyAsync(Path.Combine(rules, "mesh"), cancellation);

        // Whoever has started is registered, and found by those who call it.
        _setting = await _configServer.SettingAsync(cancellation);
        ServiceProcess[] leaves =
        [
            Start("Pricing"), Start("Pricing"),
            Start("Reviews"), Start("Reviews", version: null, ("Trouble__Delay", "00:00:00.300")), Start("Reviews", version: null, ("Trouble__FailFor", "00:00:00.500")),
        ];
        ServiceProcess[] catalog = [Start("Catalog", "v1"), Start("Catalog", "v1"), Start("Catalog", "v2")];
        ServiceProcess web = Start("Web");
        foreach (ServiceProcess process in (ServiceProcess[])[.. leaves, .. catalog])
        {
            Print(process.Name, "http://" + await process.ListeningAsync(cancellation));
        }

        await Task.WhenAll(catalog.Select(process => WarmUpAsync(process, cancellation)));
        string address = await web.ListeningAsync(cancellation);
        Print(web.Name, "http://" + address);
        await WarmUpAsync(web, cancellation);
        return address;
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_processes.Select(process => process.StopAsync()));
        await _configServer.DisposeAsync();
    }

    private ServiceProcess Start(string project, string? version = null, params IEnumerable<(string Key, string Value)> settings)
    {
        string directory = Path.Combine(rules, project);
        if (!Directory.Exists(directory))
        {
            throw new ServiceFailedException($"There is no folder {directory}.");
        }

        var process = new ServiceProcess(ServiceProgram.Service(project, version, directory, [_setting, .. settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value))]), scoreboard);
        _processes.Add(process);
        return process;
    }

    private static void Print(string name, string address) => Console.WriteLine($"{name,-30} {address}");

    /// <summary>
    /// First calls take long, for the program is compiled as it runs, and may come before all others are known. So they are made before there
    /// are customers.
    /// </summary>
    private static async Task WarmUpAsync(ServiceProcess process, CancellationToken cancellation)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var item = new Uri($"http://{await process.ListeningAsync(cancellation)}/items/0");
        while (true)
        {
            using HttpResponseMessage response = await http.GetAsync(item, cancellation);
            if (response.IsSuccessStatusCode)
            {
                return;
            }

            await Task.Delay(s_pause, cancellation);
        }
    }
}
