using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Model.Documents;

/// <summary>
/// The table of settings for editors: a JSON schema (draft 7) of appsettings.json. Keys and words are spelt as documented, although the
/// reader takes them in any case. What does not work yet is left out, so that an editor complains of it as the reader does.
/// </summary>
internal sealed class EditorSchema
{
    private static readonly JsonWriterOptions s_layout = new()
    {
        Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly JsonObject _definitions = [];

    /// <summary>The shapes that several settings have, with their names among the definitions.</summary>
    private readonly Dictionary<Shape, string> _shared = [];

    /// <summary>The whole file ConfigurationSchema.json.</summary>
    public static string Render() => Render(new EditorSchema().Root());

    /// <summary>The shape's schema, or where it is.</summary>
    public JsonObject Of(Shape shape)
    {
        if (!_shared.TryGetValue(shape, out string? name))
        {
            return shape.Describe(this);
        }

        if (!_definitions.ContainsKey(name))
        {
            _definitions.Add(name, shape.Describe(this));
        }

        return new JsonObject { ["$ref"] = $"#/definitions/{name}" };
    }

    /// <summary>The schema of an object with these settings.</summary>
    /// <param name="settings">All of them; those that work are taken.</param>
    /// <param name="rules">
    /// Those of what is too much. What is missing cannot be told: appsettings.json may have it, when the file is appsettings.Production.json.
    /// </param>
    public JsonObject OfObject(IEnumerable<Setting> settings, IReadOnlyList<Rule> rules)
    {
        Setting[] working = [.. settings.Where(setting => setting.IsSupported)];
        var schema = new JsonObject
        {
            ["type"] = new JsonArray("object", "null"),
            ["properties"] = new JsonObject(working.Select(setting => KeyValuePair.Create(setting.Name, (JsonNode?)Of(setting)))),
            ["additionalProperties"] = false,
        };

        JsonNode[] pairs =
        [
            .. from rule in rules
               where rule.Most == 1
               let names = rule.Names.Where(name => working.Any(setting => setting.Name == name)).ToArray()
               from pair in names.SelectMany((first, i) => names.Skip(i + 1).Select(second => new JsonArray(first, second)))
               select new JsonObject { ["required"] = pair },
        ];
        if (pairs.Length > 0)
        {
            // Null has all that is required of objects.
            schema["not"] = new JsonObject { ["type"] = "object", ["anyOf"] = new JsonArray(pairs) };
        }

        return schema;
    }

    private JsonObject Root()
    {
        foreach (IGrouping<Shape, Setting> uses in Uses(MeshSchema.Section).GroupBy(setting => Inner(setting.Shape)).Where(uses => uses.Count() > 1))
        {
            // Editors put the schemas of all packages into one: the name must be ours alone.
            _shared.Add(uses.Key, $"Mesh.{uses.First().Name}");
        }

        JsonObject mesh = Of(MeshSchema.Section);
        mesh["description"] = "The service mesh.";
        return new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["definitions"] = _definitions,
            ["type"] = "object",
            ["properties"] = new JsonObject { ["Mesh"] = mesh },
        };
    }

    /// <summary>The settings that have settings inside, once for each place where they are written down.</summary>
    private static IEnumerable<Setting> Uses(Shape shape)
    {
        var seen = new HashSet<Shape>();
        return Below(shape);

        IEnumerable<Setting> Below(Shape outer) => outer.Settings
            .Where(setting => setting.IsSupported && setting.Shape.Settings.Count > 0)
            .SelectMany(setting => (seen.Add(Inner(setting.Shape)) ? Below(setting.Shape) : []).Prepend(setting));
    }

    /// <summary>The shape of the entries, in a list or a map.</summary>
    private static Shape Inner(Shape shape) => shape.Entry is { } entry ? Inner(entry) : shape;

    private JsonObject Of(Setting setting)
    {
        JsonObject schema = Of(setting.Shape);
        if (schema.ContainsKey("$ref"))
        {
            // What stands beside a reference does not count.
            schema = new JsonObject { ["allOf"] = new JsonArray(schema) };
        }

        string remark = setting.Shape.Remark is { Length: > 0 } text ? $" {text}" : "";
        schema.Insert(0, "description", setting.Doc + remark);
        AllowNull(schema);
        if (setting.Default is { Length: > 0 } value)
        {
            schema["default"] = setting.Shape.ToJson(value);
        }

        return schema;
    }

    /// <summary>Null says nothing, like absence: so one file takes back what another says.</summary>
    private static void AllowNull(JsonObject schema)
    {
        if (schema["anyOf"] is JsonArray forms)
        {
            forms.Add((JsonNode)new JsonObject { ["type"] = "null" });
            return;
        }

        if (schema["type"] is JsonArray types && types.All(type => type!.GetValue<string>() != "null"))
        {
            types.Add((JsonNode)"null");
        }

        if (schema["enum"] is JsonArray words)
        {
            words.Add(null);
        }
    }

    private static string Render(JsonObject schema)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, s_layout))
        {
            schema.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }
}
