using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Mesh.Interop.Tests.Peers;

/// <summary>A Prometheus on a free port, which scrapes one address.</summary>
internal sealed partial class PrometheusServer : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly string _folder;
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _said = new();
    private readonly TaskCompletionSource<string> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private HttpClient? _http;

    private PrometheusServer(string folder, Process process)
    {
        (_folder, _process) = (folder, process);
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <param name="target">What is scraped, every second: <c>127.0.0.1:15080</c>.</param>
    public static async Task<PrometheusServer> StartAsync(string target)
    {
        string folder = Directory.CreateTempSubdirectory("mesh-prometheus-").FullName;
        await File.WriteAllTextAsync(
            Path.Combine(folder, "prometheus.yml"),
            $$"""
            global: { scrape_interval: 1s, scrape_timeout: 1s }
            scrape_configs:
              - { job_name: mesh, static_configs: [ { targets: [ "{{target}}" ] } ] }
            """,
            TestContext.Current.CancellationToken);
        PrometheusServer prometheus = new(folder, Run(folder));
        try
        {
            await prometheus.ListenAsync();
            await prometheus.BeReadyAsync();
            return prometheus;
        }
        catch
        {
            await prometheus.DisposeAsync();
            throw;
        }
    }

    /// <summary>How its one target is: <c>up</c>, with an empty text, or <c>down</c> and why.</summary>
    public async Task<(string Health, string Error)> TargetAsync()
    {
        JsonElement target = (await AskAsync("/api/v1/targets")).GetProperty("activeTargets").EnumerateArray().SingleOrDefault();
        return target.ValueKind is JsonValueKind.Undefined ? ("unknown", "It has no target yet.")
            : (target.GetProperty("health").GetString()!, target.GetProperty("lastError").GetString()!);
    }

    /// <summary>What a query comes to; null: nothing is there.</summary>
    public async Task<double?> QueryAsync(string query)
    {
        JsonElement[] found = [.. (await AskAsync($"/api/v1/query?query={Uri.EscapeDataString(query)}")).GetProperty("result").EnumerateArray()];
        return found.Length == 0 ? null : double.Parse(Assert.Single(found).GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture);
    }

    /// <summary>What it takes a metric for: <c>counter</c>, <c>gauge</c>, <c>histogram</c>.</summary>
    public async Task<Dictionary<string, string>> TypesAsync() => (await AskAsync("/api/v1/metadata")).EnumerateObject()
        .ToDictionary(metric => metric.Name, metric => metric.Value[0].GetProperty("type").GetString()!);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
        _http?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static Process Run(string folder)
    {
        ProcessStartInfo start = new(
            "prometheus", ["--config.file=prometheus.yml", "--storage.tsdb.path=data", "--web.listen-address=127.0.0.1:0"])
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Directory.Delete(folder, recursive: true);
            Peer.Missing("There is no 'prometheus' on the path. Install the distribution's package of that name.");
            throw;
        }
    }

    private async Task ListenAsync()
    {
        Task first = await Task.WhenAny(_address.Task, _process.WaitForExitAsync()).WaitAsync(s_limit, TestContext.Current.CancellationToken);
        Assert.True(first == _address.Task, $"Prometheus ended: {string.Join('\n', _said)}");
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://{await _address.Task}"), Timeout = s_limit };
    }

    // It listens before it answers.
    private async Task BeReadyAsync()
    {
        long began = Stopwatch.GetTimestamp();
        while (true)
        {
            using HttpResponseMessage answer = await _http!.GetAsync("/-/ready", TestContext.Current.CancellationToken);
            if (answer.IsSuccessStatusCode)
            {
                return;
            }

            Assert.True(Stopwatch.GetElapsedTime(began) < s_limit, $"Prometheus is not ready: {string.Join('\n', _said)}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    private async Task<JsonElement> AskAsync(string path)
    {
        using JsonDocument answer = JsonDocument.Parse(await _http!.GetStringAsync(path, TestContext.Current.CancellationToken));
        return answer.RootElement.GetProperty("data").Clone();
    }

    private void Take(string? line)
    {
        _said.Enqueue(line ?? "");
        if (Listening().Match(line ?? "") is { Success: true } match)
        {
            _address.TrySetResult(match.Groups[1].Value);
        }
    }

    [GeneratedRegex("msg=\"Listening on\".* address=(\\S+)")]
    private static partial Regex Listening();
}
