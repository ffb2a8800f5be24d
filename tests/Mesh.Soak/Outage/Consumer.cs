using System.Text.Json;
using Mesh.Soak.Processes;

namespace Mesh.Soak.Outage;

/// <summary>A process that calls, and what it has told of its calls.</summary>
internal sealed class Consumer : IAsyncDisposable
{
    private readonly ChildProcess _process;
    private readonly Task _reading;
    private readonly List<CallRecord> _calls = [];

    /// <param name="name">Tells it from others.</param>
    /// <param name="server">The config server.</param>
    /// <param name="cache">Where it keeps what it learns; empty: nowhere.</param>
    /// <param name="backends">What its plain client calls.</param>
    public Consumer(string name, string server, string cache, string[] backends)
    {
        Name = name;
        _process = ChildProcess.OfSelf([ChildPrograms.Consumer, name, server, cache, .. backends]);
        _reading = Task.Run(ReadAsync);
    }

    public string Name { get; }

    public CallRecord[] Calls
    {
        get
        {
            lock (_calls)
            {
                return [.. _calls];
            }
        }
    }

    public IEnumerable<CallRecord> Meshed => Calls.Where(call => call.IsMeshed).OrderBy(call => call.Began);

    public async Task StopAsync()
    {
        await _process.StopAsync();
        await _reading;
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private async Task ReadAsync()
    {
        await foreach (string line in _process.Lines.ReadAllAsync())
        {
            CallRecord call = JsonSerializer.Deserialize<CallRecord>(line)!;
            lock (_calls)
            {
                _calls.Add(call);
            }
        }
    }
}
