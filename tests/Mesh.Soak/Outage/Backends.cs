using Mesh.Soak.Processes;

namespace Mesh.Soak.Outage;

/// <summary>Three backends, one of which at a time is stopped, or crashes, and comes back on its port.</summary>
internal sealed class Backends : IAsyncDisposable
{
    // Every third goes as a crash does.
    private const int CrashEvery = 3;

    private static readonly TimeSpan s_away = TimeSpan.FromMilliseconds(500);

    private readonly int[] _ports = [Ports.Free(), Ports.Free(), Ports.Free()];
    private readonly ChildProcess[] _processes;
    private readonly CancellationTokenSource _stop = new();
    private Task _rolling = Task.CompletedTask;

    public Backends() => _processes = [.. _ports.Select(Start)];

    public string[] Addresses => [.. _ports.Select(port => $"127.0.0.1:{port}")];

    public int Stops { get; private set; }

    public int Crashes { get; private set; }

    /// <summary>Returns once all listen.</summary>
    public Task ReadyAsync() => Task.WhenAll(_processes.Select(process => process.ReadLineAsync()));

    public void Roll() => _rolling = Task.Run(RollAsync);

    /// <summary>Returns once all are back.</summary>
    public async Task RestAsync()
    {
        await _stop.CancelAsync();
        await _rolling;
    }

    public async ValueTask DisposeAsync()
    {
        await RestAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (ChildProcess process in _processes)
        {
            await process.DisposeAsync();
        }

        _stop.Dispose();
    }

    private static ChildProcess Start(int port) => ChildProcess.OfSelf(ChildPrograms.Backend, $"{port}");

    private async Task RollAsync()
    {
        for (int turn = 0; !_stop.IsCancellationRequested; turn++)
        {
            int i = turn % _processes.Length;
            if (turn % (CrashEvery + 1) == CrashEvery - 1)
            {
                Crashes++;
                await _processes[i].KillAsync();
            }
            else
            {
                Stops++;
                await _processes[i].StopAsync();
            }

            await _processes[i].DisposeAsync();
            await Task.Delay(s_away);
            _processes[i] = Start(_ports[i]);
            await _processes[i].ReadLineAsync();
            await Task.Delay(s_away);
        }
    }
}
