using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace Mesh.Soak.Processes;

/// <summary>A process that ends with this one.</summary>
internal sealed partial class ChildProcess : IAsyncDisposable
{
    /// <summary>Far more than anything takes that works.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private const int Sigterm = 15;

    private readonly Process _process;
    private readonly string _name;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly Task _reading;
    private readonly Task<string> _errors;

    /// <param name="assembly">The program's.</param>
    /// <param name="arguments">Of its command line.</param>
    public ChildProcess(string assembly, params string[] arguments)
    {
        _name = string.Join(' ', [Path.GetFileNameWithoutExtension(assembly), .. arguments]);
        _process = Process.Start(new ProcessStartInfo("dotnet", [assembly, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        AppDomain.CurrentDomain.ProcessExit += KillAtEnd;
        _reading = Task.Run(ReadAsync);
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Another program of this executable.</summary>
    public static ChildProcess OfSelf(params string[] arguments) => new(typeof(ChildProcess).Assembly.Location, arguments);

    /// <summary>What it writes, line by line; complete once it has ended.</summary>
    public ChannelReader<string> Lines => _lines.Reader;

    public int Id => _process.Id;

    public async Task<string> ReadLineAsync()
    {
        using CancellationTokenSource patience = new(s_patience);
        try
        {
            return await _lines.Reader.ReadAsync(patience.Token);
        }
        catch (ChannelClosedException)
        {
            throw new InvalidOperationException($"'{_name}' has ended: {await _errors}");
        }
    }

    /// <summary>Tells it something.</summary>
    public Task WriteLineAsync(string line) => _process.StandardInput.WriteLineAsync(line);

    /// <summary>As <c>kill -9</c>.</summary>
    public Task KillAsync()
    {
        _process.Kill();
        return EndedAsync();
    }

    /// <summary>As <c>kill</c>: SIGTERM.</summary>
    public Task TerminateAsync()
    {
        _ = Kill(_process.Id, Sigterm);
        return EndedAsync();
    }

    /// <summary>Closes its standard input, upon which the programs of this executable end.</summary>
    public Task StopAsync()
    {
        _process.StandardInput.Close();
        return EndedAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        AppDomain.CurrentDomain.ProcessExit -= KillAtEnd;
        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            _lines.Writer.TryWrite(line);
        }

        _lines.Writer.Complete();
    }

    private async Task EndedAsync()
    {
        using CancellationTokenSource patience = new(s_patience);
        await _process.WaitForExitAsync(patience.Token);
        await _reading;
    }

    private void KillAtEnd(object? sender, EventArgs e) => _process.Kill();
}
