using System.Globalization;
using Mesh.Soak.Processes;

namespace Mesh.Soak.Clocks;

/// <summary>A process whose clock can be set.</summary>
internal sealed class ClockProcess : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private ClockProcess(string program, TimeSpan clock, params string[] arguments) =>
        _process = ChildProcess.OfSelf([program, Text(clock), .. arguments]);

    /// <summary>What it said when it was there: where it listens.</summary>
    public string Address { get; private set; } = "";

    public int Port => int.Parse(Address[(Address.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture);

    public static Task<ClockProcess> StartServerAsync(TimeSpan clock, string address, string folder, TimeSpan ttl, TimeSpan grace) =>
        StartAsync(new ClockProcess(ChildPrograms.ClockServer, clock, address, folder, Text(ttl), Text(grace)));

    public static Task<ClockProcess> StartInstanceAsync(string service, string server) =>
        StartAsync(new ClockProcess(ChildPrograms.ClockInstance, TimeSpan.Zero, service, server));

    /// <summary>Its clock is wrong by so much from now on.</summary>
    public async Task SetAsync(TimeSpan clock)
    {
        await _process.WriteLineAsync(Text(clock));
        await _process.ReadLineAsync();
    }

    /// <summary>As <c>kill -9</c>.</summary>
    public Task KillAsync() => _process.KillAsync();

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<ClockProcess> StartAsync(ClockProcess process)
    {
        process.Address = await process._process.ReadLineAsync();
        return process;
    }

    private static string Text(TimeSpan seconds) => seconds.TotalSeconds.ToString(CultureInfo.InvariantCulture);
}
