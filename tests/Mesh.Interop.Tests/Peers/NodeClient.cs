using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace Mesh.Interop.Tests.Peers;

/// <summary>A process of Node.js that calls services by gRPC, and finds them by xDS.</summary>
internal sealed class NodeClient : IAsyncDisposable
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    private readonly ConcurrentDictionary<int, TaskCompletionSource<IReadOnlyList<NodeAnswer>>> _orders = new();
    private readonly ConcurrentQueue<string> _said = new();
    private readonly NodeBootstrap _bootstrap;
    private readonly Process _process;
    private int _lastId;

    private NodeClient(NodePackages packages, NodeBootstrap bootstrap)
    {
        _bootstrap = bootstrap;
        ProcessStartInfo start = new("node", [NodePackages.Script])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["NODE_PATH"] = packages.Folder;
        start.Environment["GRPC_XDS_BOOTSTRAP"] = bootstrap.File;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => _said.Enqueue(line.Data ?? "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What it has written besides its answers, such as warnings of its libraries.</summary>
    public string Said => string.Join('\n', _said);

    /// <param name="packages">What it is made of.</param>
    /// <param name="server">The config server: <c>127.0.0.1:15010</c>.</param>
    /// <param name="service">Who it is.</param>
    /// <param name="namespace">And where.</param>
    /// <param name="certificates">Its own and whom it believes; null: it proves nothing.</param>
    public static NodeClient Start(NodePackages packages, string server, string service = "web", string @namespace = "default", CertificateFolder? certificates = null)
    {
        packages.Require();
        return new NodeClient(packages, NodeBootstrap.Write(server, service, @namespace, certificates));
    }

    /// <summary>Calls one after the other.</summary>
    public async Task<IReadOnlyList<NodeAnswer>> CallAsync(
        string target, int count = 1, string method = "/interop.Echo/Say", object? metadata = null, int deadlineMs = 5000)
    {
        int id = Interlocked.Increment(ref _lastId);
        TaskCompletionSource<IReadOnlyList<NodeAnswer>> answers = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _orders[id] = answers;
        await _process.StandardInput.WriteLineAsync(
            JsonSerializer.Serialize(new { id, target, count, method, metadata, deadlineMs }, s_json));
        await _process.StandardInput.FlushAsync();
        Task first = await Task.WhenAny(answers.Task, _process.WaitForExitAsync()).WaitAsync(TimeSpan.FromSeconds(60));
        return first == answers.Task ? await answers.Task
            : throw new InvalidOperationException($"Node.js ended with {_process.ExitCode}: {Said}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
        _bootstrap.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null || !line.StartsWith('{'))
        {
            _said.Enqueue(line ?? "");
            return;
        }

        Reply reply = JsonSerializer.Deserialize<Reply>(line, s_json)!;
        if (_orders.TryRemove(reply.Id, out TaskCompletionSource<IReadOnlyList<NodeAnswer>>? order))
        {
            order.SetResult(reply.Answers);
        }
    }

    private sealed record Reply(int Id, IReadOnlyList<NodeAnswer> Answers);
}

/// <summary>The outcome of one call.</summary>
/// <param name="Code">The status of gRPC; 0 is OK.</param>
/// <param name="Details">Its message.</param>
/// <param name="Backend">Who answered.</param>
/// <param name="Milliseconds">How long it took.</param>
internal sealed record NodeAnswer(int Code, string Details, string Backend, double Milliseconds);
