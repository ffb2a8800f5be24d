using Mesh.Soak.Processes;
using Mesh.Soak.Reporting;

namespace Mesh.Soak.Shop;

/// <summary>A process of the shop, and what it has told.</summary>
internal sealed class ShopProcess : IAsyncDisposable
{
    private readonly ChildProcess _process;
    private readonly Lock _gate = new();
    private readonly List<Failure> _failures = [];
    private Task _reading = Task.CompletedTask;
    private volatile Figures? _figures;

    private ShopProcess(string service, string server)
    {
        Service = service;
        _process = ChildProcess.OfSelf(ChildPrograms.Shop, service, server);
    }

    public string Service { get; }

    public int Port { get; private set; }

    /// <summary>Its last; null: there are none yet.</summary>
    public Figures? Figures => _figures;

    /// <summary>Of its handles and its memory, over its life.</summary>
    public Trend Trend { get; } = new();

    public Failure[] Failures
    {
        get
        {
            lock (_gate)
            {
                return [.. _failures];
            }
        }
    }

    /// <summary>Returns once it listens.</summary>
    public static async Task<ShopProcess> StartAsync(string service, string server)
    {
        ShopProcess process = new(service, server);
        process.Port = Told.Parse(await process._process.ReadLineAsync()).Port!.Value;
        process._reading = Task.Run(process.ReadAsync);
        return process;
    }

    /// <summary>By SIGTERM.</summary>
    public Task TerminateAsync() => EndAsync(_process.TerminateAsync());

    /// <summary>As <c>kill -9</c>.</summary>
    public Task KillAsync() => EndAsync(_process.KillAsync());

    /// <summary>Once its calls have ended.</summary>
    public Task StopAsync() => EndAsync(_process.StopAsync());

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private async Task EndAsync(Task ending)
    {
        await ending;
        await _reading;
    }

    private async Task ReadAsync()
    {
        await foreach (string line in _process.Lines.ReadAllAsync())
        {
            Told told = Told.Parse(line);
            if (told.Figures is { } figures)
            {
                _figures = figures;
                Trend.Add(figures.Handles, figures.Memory);
            }
            else if (told.Failure is { } failure)
            {
                lock (_gate)
                {
                    _failures.Add(failure);
                }
            }
        }
    }
}
