using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Mesh.Soak.Processes;

/// <summary>The config server's REST API, as scripts call it.</summary>
internal sealed class ServerApi(string url) : IDisposable
{
    private const int Page = 500;

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(url + "/api/v1/"), Timeout = TimeSpan.FromSeconds(30) };

    public Task<JsonNode> StatusAsync() => GetAsync("status");

    /// <summary>The sum of one of its metrics over all labels.</summary>
    public async Task<double> MetricAsync(string name) => (await _client.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Split('\n')
        .Where(line => line.StartsWith(name + "{", StringComparison.Ordinal) || line.StartsWith(name + " ", StringComparison.Ordinal))
        .Sum(line => double.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture));

    public async Task<JsonArray> DocumentsAsync() => (await GetAsync("documents"))["documents"]!.AsArray();

    public async Task<JsonArray> ClientsAsync() => (await GetAsync("clients"))["clients"]!.AsArray();

    /// <summary>What was in force after a write.</summary>
    public async Task<JsonArray> DocumentsAsync(long generation) => (await GetAsync($"generations/{generation}"))["documents"]!.AsArray();

    /// <summary>All that was ever written, newest first.</summary>
    public async Task<List<JsonNode>> HistoryAsync()
    {
        List<JsonNode> all = [];
        while (true)
        {
            string before = all.Count == 0 ? "" : $"&before={all[^1]["generation"]}";
            JsonArray page = (await GetAsync($"generations?limit={Page}{before}"))["generations"]!.AsArray();
            all.AddRange(page!);
            if (page.Count < Page)
            {
                return all;
            }
        }
    }

    /// <summary>Writes, and returns the server's acknowledgement.</summary>
    /// <exception cref="HttpRequestException">There is none.</exception>
    public async Task<JsonNode> WriteAsync(HttpMethod method, string path, JsonNode? documents, string author, string message)
    {
        using HttpRequestMessage request = new(method, path) { Content = documents is null ? null : JsonContent.Create(documents) };
        request.Headers.Add("Mesh-Author", author);
        request.Headers.Add("Mesh-Message", message);
        using HttpResponseMessage response = await _client.SendAsync(request);
        string body = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? JsonNode.Parse(body)! : throw new InvalidOperationException($"{method} {path} was refused: {body}");
    }

    public void Dispose() => _client.Dispose();

    private async Task<JsonNode> GetAsync(string path) => (await _client.GetFromJsonAsync<JsonNode>(path))!;
}
