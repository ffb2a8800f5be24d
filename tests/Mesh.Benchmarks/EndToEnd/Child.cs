using System.Diagnostics;
using System.Text.Json;

namespace Mesh.Benchmarks.EndToEnd;

/// <summary>A process of this executable. What it writes to standard error is seen by people.</summary>
internal sealed class Child : IAsyncDisposable
{
    /// <summary>Far more than anything takes that works.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(180);

    private readonly string _commandLine;
    private readonly Process _process;

    private Child(string[] arguments)
    {
        _commandLine = string.Join(' ', arguments);
        _process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. Self(), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }

    /// <summary>Where it listens, as host:port.</summary>
    public string[] Addresses { get; private set; } = [];

    /// <summary>The processes whose CPU time is its work.</summary>
    public int[] Processes { get; private set; } = [];

    /// <summary>Returns once it is ready.</summary>
    public static async Task<Child> StartAsync(string[] arguments)
    {
        Child child = new(arguments);
        try
        {
            Started started = await child.HearAsync<Started>();
            child.Addresses = started.Addresses;
            child.Processes = started.Processes;
            return child;
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }
    }

    public async Task<TAnswer> AskAsync<TQuestion, TAnswer>(TQuestion question)
    {
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(question));
        await _process.StandardInput.FlushAsync();
        return await HearAsync<TAnswer>();
    }

    /// <summary>As <c>kill -9</c>.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(5));
        await _process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    /// <summary>The assembly, where it was started by the <c>dotnet</c> command.</summary>
    private static string[] Self() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(Child).Assembly.Location] : [];

    private async Task<T> HearAsync<T>()
    {
        try
        {
            string line = await _process.StandardOutput.ReadLineAsync().WaitAsync(s_patience)
                ?? throw new InvalidOperationException($"The process '{_commandLine}' has ended; it says above why.");
            return JsonSerializer.Deserialize<T>(line)!;
        }
        catch (TimeoutException)
        {
            throw new InvalidOperationException($"The process '{_commandLine}' does not answer within {s_patience.TotalSeconds} s.");
        }
    }
}
