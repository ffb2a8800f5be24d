using System.Diagnostics;
using System.Runtime.InteropServices;
using Storefront.Probe;

namespace Storefront;

/// <summary>One service in a process of its own, on a port that the system picks.</summary>
internal sealed class ServiceProcess
{
    private const string ListeningPrefix = "Now listening on: http://";

    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_stopLimit = TimeSpan.FromSeconds(5);

    /// <summary>The <c>dotnet</c> that runs us, three folders above its shared framework.</summary>
    private static readonly string s_dotnet = Path.GetFullPath(Path.Combine(
        RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    private readonly Process _process;
    private readonly Scoreboard _scoreboard;
    private readonly LastOutput _lastOutput = new();
    private readonly TaskCompletionSource<string> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _ended;
    private volatile bool _stopping;

    /// <param name="project">Its folder and program.</param>
    /// <param name="version">The version that it says it is, if any.</param>
    /// <param name="directory">Where it finds its <c>appsettings.json</c>, which it watches.</param>
    /// <param name="settings">What it is told besides, as environment variables.</param>
    /// <param name="scoreboard">Gets what it measures, and the news of its death.</param>
    public ServiceProcess(
        string project, string? version, string directory, IEnumerable<KeyValuePair<string, string>> settings, Scoreboard scoreboard)
    {
        Version = version;
        _scoreboard = scoreboard;

        var start = new ProcessStartInfo(s_dotnet, [Checkout.ProgramOf(project)])
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (OperatingSystem.IsWindows())
        {
            start.CreateNewProcessGroup = true;
        }

        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(Tally).Assembly.Location;
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";

        // The address is read from the log, whatever the user likes logs to look like.
        start.Environment["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Information";
        start.Environment["Logging__Console__FormatterName"] = "simple";
        if (version is not null)
        {
            start.Environment["Mesh__Service__Version"] = version;
        }

        foreach ((string name, string value) in settings)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start) ?? throw new InvalidOperationException($"{project} did not start.");
        Name = $"{project.ToLowerInvariant()}{(version is null ? "" : $" {version}")} (process {_process.Id})";
        _process.OutputDataReceived += (_, e) => Read(e.Data);
        _process.ErrorDataReceived += (_, e) => Read(e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _ended = WatchAsync();
    }

    /// <summary>For people: <c>catalog v1 (process 4711)</c>.</summary>
    public string Name { get; }

    public string? Version { get; }

    /// <summary>Host and port, once it listens there.</summary>
    public async Task<string> ListeningAsync(CancellationToken cancellation)
    {
        try
        {
            return await _address.Task.WaitAsync(s_startLimit, cancellation);
        }
        catch (TimeoutException)
        {
            throw new ServiceFailedException($"{Name} does not listen after {s_startLimit.TotalSeconds} s. {_lastOutput}");
        }
    }

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

        _lastOutput.Add(line);

        int listening = line.IndexOf(ListeningPrefix, StringComparison.Ordinal);
        if (listening >= 0)
        {
            _address.TrySetResult(line[(listening + ListeningPrefix.Length)..]);
        }
    }

    /// <summary>Sees it end, with all that it wrote.</summary>
    private async Task WatchAsync()
    {
        await _process.WaitForExitAsync();
        if (_stopping)
        {
            return;
        }

        string news = $"{Name} died with exit code {_process.ExitCode}. {_lastOutput}";
        if (!_address.TrySetException(new ServiceFailedException(news)))
        {
            _scoreboard.Tell(news);
        }
    }
}
