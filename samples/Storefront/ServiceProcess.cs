using System.Diagnostics;
using System.Runtime.InteropServices;
using Storefront.Probe;

namespace Storefront;

/// <summary>One service, or the config server, in a process of its own, on a port that the system picks.</summary>
internal sealed class ServiceProcess
{
    // 128 and the number of the signal.
    private const int Interrupted = 130;
    private const int Terminated = 143;

    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_stopLimit = TimeSpan.FromSeconds(5);

    private readonly ServiceProgram _program;
    private readonly Process _process;
    private readonly Scoreboard _scoreboard;
    private readonly LastOutput _lastOutput = new();
    private readonly TaskCompletionSource<string> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _registered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _ended;
    private volatile bool _stopping;

    /// <param name="program">What is run, and how it tells its address.</param>
    /// <param name="scoreboard">Gets what it measures, and the news of its death.</param>
    public ServiceProcess(ServiceProgram program, Scoreboard scoreboard)
    {
        _program = program;
        _scoreboard = scoreboard;

        var start = new ProcessStartInfo(Dotnet, [Checkout.ProgramOf(program.Project), .. program.Arguments])
        {
            WorkingDirectory = program.Directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (OperatingSystem.IsWindows())
        {
            start.CreateNewProcessGroup = true;
        }

        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(Tally).Assembly.Location;
        foreach ((string name, string value) in program.Environment)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start) ?? throw new InvalidOperationException($"{program.Name} did not start.");
        Name = $"{program.Name} (process {_process.Id})";
        _process.OutputDataReceived += (_, e) => Read(e.Data);
        _process.ErrorDataReceived += (_, e) => Read(e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _ended = WatchAsync();
    }

    /// <summary>The <c>dotnet</c> that runs us, three folders above its shared framework.</summary>
    public static string Dotnet { get; } = Path.GetFullPath(Path.Combine(
        RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    /// <summary>For people: <c>catalog v1 (process 4711)</c>.</summary>
    public string Name { get; }

    /// <summary>Host and port, once it listens there.</summary>
    public async Task<string> ListeningAsync(CancellationToken cancellation)
    {
        try
        {
            return await _address.Task.WaitAsync(s_startLimit, cancellation);
        }
        catch (TimeoutException)
        {
            throw new ServiceFailedException($"{new News($"{Name} does not listen after {s_startLimit.TotalSeconds} s.", _lastOutput.Lines())}");
        }
    }

    /// <summary>Ends once the others can call it, and it knows where those are that it calls itself; or when it has died.</summary>
    public Task RegisteredAsync(CancellationToken cancellation) => _registered.Task.WaitAsync(cancellation);

    public async Task StopAsync()
    {
        _stopping = true;
        _process.StandardInput.Close();
        await _ended.WaitAsync(s_stopLimit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_ended.IsCompleted)
        {
            _process.Kill();
            await _ended;
        }

        _process.Dispose();
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            return;
        }

        if (Tally.TryParse(line, out Tally? tally))
        {
            _scoreboard.Add(tally);
            return;
        }

        if (Callers.Parse(line) is { Length: > 0 } callers)
        {
            _scoreboard.AddCallers(_program.MeshName, _program.Version, callers);
            return;
        }

        _lastOutput.Add(line);

        if (_program.AddressIn(line) is { } address)
        {
            _address.TrySetResult(address);
        }

        if (ServiceProgram.IsRegistered(line))
        {
            _registered.TrySetResult();
        }
    }

    /// <summary>Whether somebody asked it to end, by Ctrl+C or SIGTERM, and it did.</summary>
    private static bool IsStopped(int exitCode) => exitCode is 0 or Interrupted or Terminated;

    /// <summary>Sees it end, with all that it wrote.</summary>
    private async Task WatchAsync()
    {
        await _process.WaitForExitAsync();
        _registered.TrySetResult();
        if (_stopping)
        {
            return;
        }

        News news = IsStopped(_process.ExitCode) ? new News($"{Name} stopped.")
            : new News($"{Name} died with exit code {_process.ExitCode}.", _lastOutput.Lines());
        if (!_address.TrySetException(new ServiceFailedException($"{news}")))
        {
            _scoreboard.Tell(news);
        }
    }
}
