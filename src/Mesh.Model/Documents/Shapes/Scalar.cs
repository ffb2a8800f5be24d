using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Model.Documents;

/// <summary>A single text and how to parse it.</summary>
internal sealed class Scalar<T>(string allowed, Func<string, Parsed<T>> parse, Func<T, string?> format) : Shape<T>
{
    public override string Allowed => allowed;

    public override bool IsScalar => true;

    public override T Blank => default!;

    /// <summary>The JSON types that it may be written as, the usual one first.</summary>
    public IReadOnlyList<string> JsonTypes { get; init; } = ["string"];

    /// <summary>The words that it may be, when they are few.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>The least and the greatest number that it may be.</summary>
    public (decimal Least, decimal Most)? Bounds { get; init; }

    /// <summary>A regular expression that every good text matches, and some bad ones do not. In the syntax that JavaScript has too.</summary>
    public string? Pattern { get; init; }

    public Parsed<T> Parse(string text) => parse(text);

    public override string? Format(T value) => format(value);

    /// <summary>The types alone as a JSON schema: for a text with commas that has several such values.</summary>
    public override JsonObject? DescribeText() => DescribeType();

    public JsonObject DescribeType() =>
        new() { ["type"] = JsonTypes.Count == 1 ? JsonTypes[0] : Array(JsonTypes.Select(type => (JsonNode)type)) };

    public override JsonObject Describe(JsonSchemaWriter schema)
    {
        JsonObject description = DescribeType();
        if (Words.Count > 0)
        {
            description["enum"] = Array(Words.Select(ToJson));
        }

        if (Bounds is var (least, most))
        {
            description["minimum"] = least;
            description["maximum"] = most;
        }

        if (Pattern is not null)
        {
            description["pattern"] = Pattern;
        }

        return description;
    }

    public override JsonNode ToJson(string text) => JsonTypes[0] switch
    {
        "boolean" => bool.Parse(text),
        "integer" or "number" => decimal.Parse(text, CultureInfo.InvariantCulture),
        _ => text,
    };

    /// <summary>The fault of a text that cannot be parsed.</summary>
    public string Complaint(string text, string? reason) =>
        $"{Wording.Quote(text)} is not {Allowed}.{(reason is null ? "" : $" {reason}")}";

    protected override bool TryWrite(DocumentNode node, Utf8JsonWriter json)
    {
        if (node.Value is not { } text)
        {
            return false;
        }

        switch (JsonTypes[0])
        {
            case "boolean" when bool.TryParse(text, out bool flag):
                json.WriteBooleanValue(flag);
                return true;
            case "integer" or "number" when CanonicalJson.IsNumber(text):
                json.WriteRawValue(text);
                return true;
            case "string" when node.IsText || !Texts.IsJsonBoolean(text):
                json.WriteStringValue(Words.FirstOrDefault(word => word.Equals(text, StringComparison.OrdinalIgnoreCase)) ?? text);
                return true;
            default:
                return false;
        }
    }

    private static JsonArray Array(IEnumerable<JsonNode> nodes) => [.. nodes];

    protected override T ReadSound(DocumentNode node, T seed, Reading reading)
    {
        if (node.Value is not { } text || !node.Children.IsEmpty)
        {
            reading.Fault(node, $"Here is {Wording.Found(node)}, and not {Allowed}.");
            return seed;
        }

        Parsed<T> parsed = parse(text);
        switch (parsed.State)
        {
            case ParseState.Bad:
                reading.Fault(node, Complaint(text, parsed.Reason));
                return seed;
            case ParseState.NotSupportedYet when !reading.KnownIsEnough || parsed.Value is null:
                reading.NotSupportedYet(node, Wording.Quote(text));
                return seed;
            default:
                return parsed.Value;
        }
    }
}
