using System.Text.Json;

namespace Mesh.Client.Sources.Xds.Bootstrap;

/// <summary>A place in a bootstrap's JSON, and where what is found there is written down.</summary>
internal sealed class BootstrapNode(string path, JsonElement? element, ICollection<(string Path, string Message)> faults)
{
    /// <summary>Something other than null stands there.</summary>
    public bool Exists => element is { ValueKind: not JsonValueKind.Null };

    public BootstrapNode this[string key] => new(
        $"{path}.{key}", element is { ValueKind: JsonValueKind.Object } and { } given && given.TryGetProperty(key, out JsonElement value) ? value : null, faults);

    public void Fault(string message) => faults.Add((path, message));

    /// <summary>The text there; null: there is none, or something else.</summary>
    public string? Text()
    {
        if (element is { ValueKind: JsonValueKind.String } text)
        {
            return text.GetString();
        }

        Refuse("a text");
        return null;
    }

    /// <summary>The text there, which is needed.</summary>
    public string? Needed()
    {
        if (!Exists)
        {
            Fault("This is needed.");
        }

        string? text = Text();
        if (text?.Length == 0)
        {
            Fault("This is needed, and empty.");
        }

        return text is { Length: > 0 } ? text : null;
    }

    public IReadOnlyList<BootstrapNode> Items()
    {
        if (element is { ValueKind: JsonValueKind.Array } list)
        {
            return [.. list.EnumerateArray().Select((item, i) => new BootstrapNode($"{path}[{i}]", item, faults))];
        }

        Refuse("a list");
        return [];
    }

    /// <summary>The object there; null: there is none, or something else.</summary>
    public JsonElement? Object()
    {
        if (element is { ValueKind: JsonValueKind.Object } found)
        {
            return found;
        }

        Refuse("an object");
        return null;
    }

    /// <summary>Whether an object is there, which is needed.</summary>
    public bool IsObject()
    {
        if (!Exists)
        {
            Fault("This is to be an object, and is null.");
        }

        return Object() is not null;
    }

    private void Refuse(string expected)
    {
        if (Exists)
        {
            Fault($"This is to be {expected}, and is {element!.Value.ValueKind switch
            {
                JsonValueKind.Object => "an object",
                JsonValueKind.Array => "a list",
                JsonValueKind.String => "a text",
                JsonValueKind.Number => "a number",
                _ => "true or false",
            }}.");
        }
    }
}
