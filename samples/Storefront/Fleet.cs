namespace Storefront;

/// <summary>All processes of the shop. Callers start after those they call, whose addresses they are given.</summary>
internal sealed class Fleet(string rules, Scoreboard scoreboard) : IAsyncDisposable
{
    private readonly List<ServiceProcess> _processes = [];
    private readonly ConfigServer _configServer = new(scoreboard);

    /// <summary>Where the rules are written.</summary>
    public Task<string> ConfigServerAsync(CancellationToken cancellation) => _configServer.ListeningAsync(cancellation);

    /// <summary>Returns the address of <c>web</c> once everything listens.</summary>
    public async Task<string> StartAsync(CancellationToken cancellation)
    {
        ServiceProcess[] pricing = [Start("Pricing"), Start("Pricing")];
        ServiceProcess[] reviews =
        [
            Start("Reviews"),
            Start("Reviews", settings: [new("Trouble__Delay", "00:00:00.300")]),
            Start("Reviews", settings: [new("Trouble__FailFor", "00:00:00.500")]),
        ];
        Print(_configServer.Name, await _configServer.ListeningAsync(cancellation));
        await _configServer.ApplyAsync(Path.Combine(rules, "mesh"), cancellation);
        KeyValuePair<string, string> configServer = await _configServer.SettingAsync(cancellation);
        KeyValuePair<string, string>[] leaves =
        [
            configServer,
            .. await ListAsync("pricing", pricing, cancellation),
            .. await ListAsync("reviews", reviews, cancellation),
        ];

        ServiceProcess[] catalog = [Start("Catalog", "v1", leaves), Start("Catalog", "v1", leaves), Start("Catalog", "v2", leaves)];
        KeyValuePair<string, string>[] settings = [configServer, .. await ListAsync("catalog", catalog, cancellation)];
        await Task.WhenAll(catalog.Select(process => WarmUpAsync(process, cancellation)));

        ServiceProcess web = Start("Web", settings: settings);
        return await AddressAsync(web, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_processes.Select(process => process.StopAsync()));
        await _configServer.DisposeAsync();
    }

    private ServiceProcess Start(string project, string? version = null, IEnumerable<KeyValuePair<string, string>>? settings = null)
    {
        string directory = Path.Combine(rules, project);
        if (!Directory.Exists(directory))
        {
            throw new ServiceFailedException($"There is no folder {directory}.");
        }

        var process = new ServiceProcess(ServiceProgram.Service(project, version, directory, settings ?? []), scoreboard);
        _processes.Add(process);
        return process;
    }

    /// <summary>The endpoints of a service, as settings for those who call it.</summary>
    private static async Task<List<KeyValuePair<string, string>>> ListAsync(
        string service, ServiceProcess[] processes, CancellationToken cancellation)
    {
        List<KeyValuePair<string, string>> settings = [];
        for (int i = 0; i < processes.Length; i++)
        {
            string endpoint = $"Mesh__Services__{service}__Endpoints__{i}";
            settings.Add(new($"{endpoint}__Address", await AddressAsync(processes[i], cancellation)));
            if (processes[i].Version is { } version)
            {
                settings.Add(new($"{endpoint}__Version", version));
            }
        }

        return settings;
    }

    private static async Task<string> AddressAsync(ServiceProcess process, CancellationToken cancellation)
    {
        string address = await process.ListeningAsync(cancellation);
        Print(process.Name, "http://" + address);
        return address;
    }

    private static void Print(string name, string address) => Console.WriteLine($"{name,-30} {address}");

    /// <summary>A first call takes long, for the program is compiled as it runs. So it is made before there are customers.</summary>
    private static async Task WarmUpAsync(ServiceProcess process, CancellationToken cancellation)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using HttpResponseMessage response = await http.GetAsync(
            new Uri($"http://{await process.ListeningAsync(cancellation)}/items/0"), cancellation);
    }
}
