using System.Reflection;

namespace Mesh.Soak.Processes;

/// <summary>A <c>mesh server</c> with a data directory of its own, which can be killed and started again on the same ports.</summary>
/// <param name="options">More of its command line.</param>
internal sealed class ServerProcess(params string[] options) : IAsyncDisposable
{
    private static readonly string s_tool = typeof(ServerProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "Tool").Value!;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mesh-soak-");
    private readonly string _xds = $"127.0.0.1:{Ports.Free()}";
    private readonly string _http = $"127.0.0.1:{Ports.Free()}";
    private ChildProcess? _process;
    private ServerApi? _api;

    public string Xds => "http://" + _xds;

    public ServerApi Api => _api ??= new ServerApi("http://" + _http);

    /// <summary>While it runs.</summary>
    public int ProcessId => _process!.Id;

    /// <summary>Returns once it listens.</summary>
    public async Task StartAsync()
    {
        _process = new ChildProcess(
            s_tool, ["server", "--dev", "--data", Path.Combine(_folder.FullName, "data"), "--xds", _xds, "--xds-tls", "off", "--http", _http, .. options]);
        while (!(await _process.ReadLineAsync()).StartsWith("http ", StringComparison.Ordinal))
        {
            // The other addresses, which were given as well.
        }
    }

    /// <summary>As <c>kill -9</c>; what is under way to it fails.</summary>
    public async Task KillAsync()
    {
        await _process!.KillAsync();
        await _process.DisposeAsync();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _api?.Dispose();
        _folder.Delete(recursive: true);
    }
}
