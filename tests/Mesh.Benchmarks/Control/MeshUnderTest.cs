using System.Net.Http.Json;
using System.Text.Json;

namespace Mesh.Benchmarks.Control;

/// <summary>The documents of a mesh: one service that much depends on, and many others.</summary>
internal sealed class MeshUnderTest(string http) : IDisposable
{
    /// <summary>The one.</summary>
    public const string Hot = "hot.default";

    private const int Batch = 500;

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false })
    {
        BaseAddress = new Uri($"http://{http}/api/v1/"), Timeout = TimeSpan.FromMinutes(2),
    };

    public static string NameOf(int other) => $"service{other}.default";

    /// <summary>Writes the documents of all services.</summary>
    /// <param name="services">How many.</param>
    /// <param name="listed">So many endpoints stand in the document of each; 0: they are those that register.</param>
    public async Task ApplyAsync(int services, int listed)
    {
        foreach (int[] part in Enumerable.Range(0, services).Chunk(Batch))
        {
            await WriteAsync([.. part.Select(other => Document($"service{other}", timeout: 1, Addresses(other, listed)))]);
        }

        await ChangeAsync(version: 0);
    }

    /// <summary>Another rule for the one.</summary>
    public Task ChangeAsync(int version) => WriteAsync([Document("hot", 1 + version)]);

    public void Dispose() => _client.Dispose();

    private static Dictionary<string, object> Document(string name, int timeout, string[]? endpoints = null)
    {
        Dictionary<string, object> document = new()
        {
            ["kind"] = "Service",
            ["name"] = name,
            ["routes"] = new object[] { new { name = "all", timeout = $"{timeout}s", retry = new { attempts = 2 } } },
        };
        if (endpoints is { Length: > 0 })
        {
            document["endpoints"] = endpoints;
        }

        return document;
    }

    private static string[] Addresses(int service, int count) =>
        [.. Enumerable.Range(0, count).Select(i => $"10.{service >> 8}.{service & 255}.{i}:80")];

    private async Task WriteAsync(Dictionary<string, object>[] documents)
    {
        using HttpResponseMessage answer = await _client.PostAsJsonAsync("apply", documents, JsonSerializerOptions.Web);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
        }
    }
}
