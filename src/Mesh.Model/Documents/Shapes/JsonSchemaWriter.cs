using System.Text.Json.Nodes;

namespace Mesh.Model.Documents;

/// <summary>Makes a JSON schema (draft 7) of a shape. What does not work yet is left out.</summary>
internal sealed class JsonSchemaWriter
{
    private readonly JsonObject _definitions = [];

    /// <summary>The sections that are described already, with their names among the definitions.</summary>
    private readonly Dictionary<Shape, string> _names = [];

    /// <summary>The name of what is neither null nor <c>{}</c>: those say nothing.</summary>
    private readonly string _something;

    /// <summary>The setting that is described now. Editors put the schemas of all packages into one: names must be ours alone.</summary>
    private string _place;

    private JsonSchemaWriter(string root)
    {
        _place = root;
        _something = $"{root}.Something";
    }

    /// <summary>The schema of a file that has the section under a name.</summary>
    public static JsonObject OfFile(string name, string doc, Shape section)
    {
        var writer = new JsonSchemaWriter(name);
        writer._definitions.Add(writer._something, new JsonObject { ["not"] = new JsonObject { ["enum"] = new JsonArray(null, new JsonObject()) } });
        JsonObject content = section.Describe(writer);
        content.Insert(0, "description", doc);
        return new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["definitions"] = writer._definitions,
            ["type"] = "object",
            ["properties"] = new JsonObject { [name] = content },
        };
    }

    /// <summary>The shape's schema. Sections stand among the definitions, under the first place that has them.</summary>
    public JsonObject Of(Shape shape)
    {
        if (shape.Settings.Count == 0 || shape.IsCollection)
        {
            return shape.Describe(this);
        }

        if (_names.TryAdd(shape, _place))
        {
            // Outer sections come before inner ones.
            _definitions.Add(_place, null);
            _definitions[_place] = shape.Describe(this);
        }

        return Definition(_names[shape]);
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

        JsonNode[] tooMuch =
        [
            .. from rule in rules
               where rule.Most == 1
               let names = rule.Names.Where(name => working.Any(setting => setting.Name == name)).ToArray()
               from pair in names.SelectMany((first, i) => names.Skip(i + 1).Select(second => (first, second)))
               select Given(pair.first, pair.second),
        ];
        if (tooMuch.Length > 0)
        {
            schema["not"] = new JsonObject { ["anyOf"] = new JsonArray(tooMuch) };
        }

        return schema;
    }

    /// <summary>Objects where both settings say something.</summary>
    private JsonObject Given(string first, string second) => new()
    {
        ["type"] = "object",
        ["required"] = new JsonArray(first, second),
        ["properties"] = new JsonObject { [first] = Definition(_something), [second] = Definition(_something) },
    };

    private JsonObject Of(Setting setting)
    {
        string outer = _place;
        _place = $"{outer}.{setting.Name}";
        JsonObject schema = Of(setting.Shape);
        _place = outer;
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

        if (schema["type"] is { } type)
        {
            schema["type"] = new JsonArray([.. type is JsonArray types ? types.Select(one => one!.DeepClone()) : [type.DeepClone()], "null"]);
        }

        if (schema["enum"] is JsonArray words)
        {
            words.Add(null);
        }
    }

    private static JsonObject Definition(string name) => new() { ["$ref"] = $"#/definitions/{name}" };
}
