using System.Diagnostics;

namespace Storefront;

/// <summary>The config server of the shop, <c>mesh server</c>: holds the rules and streams them to those who call others.</summary>
internal sealed class ConfigServer : IAsyncDisposable
{
    private const string Project = "mesh";

    private static readonly TimeSpan s_applyLimit = TimeSpan.FromSeconds(60);

    // Its documents and their history, for as long as the shop is open.
    private readonly string _data = Directory.CreateTempSubdirectory("storefront-").FullName;
    private readonly ServiceProcess _process;

    // It tells of xDS first.
    private string _xds = "";

    public ConfigServer(Scoreboard scoreboard)
    {
        _process = new ServiceProcess(
            new ServiceProgram
            {
                Name = "config server",
                Project = Project,
                Arguments =
                [
                    "server", "--dev", "--data", Path.Combine(_data, "mesh"),
                    "--xds", "127.0.0.1:0", "--xds-tls", "127.0.0.1:0", "--http", "127.0.0.1:0",
                ],
                Directory = _data,
                AddressIn = FindAddress,
            },
            scoreboard);
    }

    /// <summary>For people.</summary>
    public string Name => _process.Name;

    /// <summary>Where the rules are written: <c>http://127.0.0.1:15080</c>.</summary>
    public async Task<string> ListeningAsync(CancellationToken cancellation) => "http://" + await _process.ListeningAsync(cancellation);

    /// <summary>What a service is told to find it, once it listens.</summary>
    public async Task<KeyValuePair<string, string>> SettingAsync(CancellationToken cancellation)
    {
        await _process.ListeningAsync(cancellation);
        return new("Mesh__ConfigServer__Addresses__0", "http://" + _xds);
    }

    /// <summary>Gives it the rules in a folder, as anybody would: <c>mesh apply</c>.</summary>
    public async Task ApplyAsync(string folder, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(ServiceProcess.Dotnet, [Checkout.ProgramOf(Project), "apply", "-f", folder, "--server", await ListeningAsync(cancellation)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process apply = Process.Start(start) ?? throw new InvalidOperationException("'mesh apply' did not start.");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(s_applyLimit);
        string[] said = await Task.WhenAll(apply.StandardOutput.ReadToEndAsync(limit.Token), apply.StandardError.ReadToEndAsync(limit.Token));
        await apply.WaitForExitAsync(limit.Token);
        if (apply.ExitCode != 0)
        {
            throw new ServiceFailedException($"The rules in {folder} were not taken.{Environment.NewLine}{string.Concat(said)}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _process.StopAsync();
        Directory.Delete(_data, recursive: true);
    }

    private string? FindAddress(string line)
    {
        if (line.StartsWith("xds ", StringComparison.Ordinal))
        {
            _xds = line[4..].Trim();
        }

        return line.StartsWith("http ", StringComparison.Ordinal) ? ServiceProgram.After("http://", line) : null;
    }
}
