using System.Text.Json.Nodes;
using Mesh.Soak.Processes;

namespace Mesh.Soak.Crash;

/// <summary>Writes documents of its own, one write after the other, and keeps what was acknowledged.</summary>
/// <param name="name">Signs the writes.</param>
/// <param name="services">What it writes: one service, or several by one <c>apply</c>.</param>
internal sealed class Writer(string name, string[] services)
{
    // The number of a write is seen in its documents: as a port.
    private const int PortOfZero = 1000;

    private const int DeletesEvery = 10;

    private int _number;

    public string Name => name;

    public string[] Services => services;

    public List<Written> Acknowledged { get; } = [];

    /// <summary>The number of a write that was begun and never answered: it may have been made or not.</summary>
    public int? InDoubt { get; set; }

    /// <summary>Writes until the server is gone.</summary>
    public async Task WriteAsync(ServerApi server, Action acknowledged)
    {
        while (true)
        {
            int number = ++_number;
            InDoubt = number;
            try
            {
                JsonNode answer = services.Length > 1 ? await server.WriteAsync(HttpMethod.Post, "apply", DocumentsOf(number), name, $"{number}")
                    : IsDelete(number) ? await server.WriteAsync(HttpMethod.Delete, $"services/default/{services[0]}", null, name, $"{number}")
                    : await server.WriteAsync(HttpMethod.Put, $"services/default/{services[0]}", DocumentOf(services[0], number), name, $"{number}");
                Acknowledged.Add(new Written(name, number, answer["generation"]!.GetValue<long>(), ChangesOf(answer)));
                InDoubt = null;
                acknowledged();
            }
            catch (Exception gone) when (gone is HttpRequestException or IOException)
            {
                return;
            }
        }
    }

    /// <summary>What its documents look like after a write: a line for all.</summary>
    public string After(int number) =>
        string.Join(' ', number == 0 || IsDelete(number) ? [] : services.Select(service => $"{service}:{PortOfZero + number}"));

    /// <summary>What they look like among those of a server.</summary>
    public string Among(JsonArray documents) => string.Join(' ', documents
        .Where(document => services.Contains(document!["name"]?.GetValue<string>()))
        .OrderBy(document => document!["name"]!.GetValue<string>(), StringComparer.Ordinal)
        .Select(document => $"{document!["name"]}:{document["endpoints"]![0]!["address"]?.GetValue<string>().Split(':')[1]}"));

    /// <summary>Each document of an acknowledgement, or of the history, with its ETag.</summary>
    public static string ChangesOf(JsonNode write) => string.Join(' ', write["changes"]!.AsArray()
        .Select(change => $"{change!["name"]}={change["after"]?.ToString() ?? "deleted"}").Order(StringComparer.Ordinal));

    private bool IsDelete(int number) => services.Length == 1 && number % DeletesEvery == 0;

    private JsonArray DocumentsOf(int number) => [.. services.Select(service => DocumentOf(service, number))];

    private static JsonObject DocumentOf(string service, int number) => new()
    {
        ["kind"] = "Service",
        ["name"] = service,
        ["endpoints"] = new JsonArray(new JsonObject { ["address"] = $"127.0.0.1:{PortOfZero + number}" }),
    };
}
