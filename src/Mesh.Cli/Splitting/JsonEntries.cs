using System.Text.Json.Nodes;

namespace Mesh.Cli.Splitting;

/// <summary>What a document lists, as a list or by names.</summary>
internal static class JsonEntries
{
    public static IEnumerable<JsonNode?> Of(JsonNode? node) => node switch
    {
        JsonArray list => list,
        JsonObject map => map.Select(entry => entry.Value),
        _ => [],
    };
}
