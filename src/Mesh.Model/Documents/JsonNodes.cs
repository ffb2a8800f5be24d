using System.Collections.Immutable;
using System.Text.Json;

namespace Mesh.Model.Documents;

/// <summary>Reads JSON into nodes, just as the configuration providers see it.</summary>
internal static class JsonNodes
{
    private static readonly JsonDocumentOptions s_options = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
    };

    /// <summary>The document under the name; one that is not JSON is a node with a fault.</summary>
    public static DocumentNode Read(string json, string name)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, s_options);
            return Read(document.RootElement, name, name);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: half a surrogate pair, which the parser lets pass.
            return new DocumentNode { Path = name, Key = name, Fault = $"This is not JSON. {e.Message}" };
        }
    }

    private static DocumentNode Read(JsonElement element, string path, string key) => element.ValueKind switch
    {
        JsonValueKind.Object => new() { Path = path, Key = key, Children = ReadMembers(element, path) },
        JsonValueKind.Array when element.GetArrayLength() == 0 => new() { Path = path, Key = key, Value = "" },
        JsonValueKind.Array => new() { Path = path, Key = key, Children = ReadEntries(element, path) },
        JsonValueKind.Null => new() { Path = path, Key = key },
        _ => new() { Path = path, Key = key, Value = element.ToString() },
    };

    private static ImmutableArray<DocumentNode> ReadMembers(JsonElement element, string path) =>
    [
        .. element.EnumerateObject()
            .GroupBy(member => member.Name, StringComparer.OrdinalIgnoreCase)
            .Select(group => ReadMember([.. group], path)),
    ];

    private static DocumentNode ReadMember(JsonProperty[] members, string path)
    {
        string key = members[0].Name;
        return members.Length == 1
            ? Read(members[0].Value, $"{path}:{key}", key)
            : new DocumentNode
            {
                Path = $"{path}:{key}",
                Key = key,
                Fault = $"The key is given {members.Length} times: {Wording.Names(members.Select(member => Wording.Quote(member.Name)))}.",
            };
    }

    private static ImmutableArray<DocumentNode> ReadEntries(JsonElement element, string path) =>
        [.. element.EnumerateArray().Select((entry, index) => Read(entry, $"{path}:{index}", $"{index}"))];
}
