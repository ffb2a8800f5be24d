using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Model.Documents;

namespace Mesh.Cli.Output;

/// <summary>What others wrote, made fit for a terminal: nothing in it commands the terminal, or hides what stands beside it.</summary>
internal static class Printed
{
    /// <summary>The text with its lines as they are.</summary>
    public static string Lines(string text) =>
        string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(line => Wording.Printable(line)));

    /// <summary>The same result, with each text in it on one line.</summary>
    public static T Copy<T>(JsonNode? result) => Copy(result).Deserialize<T>(ApiJson.Options)!;

    private static JsonNode? Copy(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.Select(entry => KeyValuePair.Create(Wording.Printable(entry.Key), Copy(entry.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Copy)]),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => Wording.Printable(value.GetValue<string>()),
        _ => node?.DeepClone(),
    };
}
