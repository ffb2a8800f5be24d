using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Mesh.Model.Documents;
using Microsoft.Extensions.Configuration;

namespace Mesh.Model.Tests.Documents;

/// <summary>Documents for tests: made, read by either adapter, and looked into.</summary>
internal static class Doc
{
    private static readonly JsonSerializerOptions s_dump = new() { Converters = { new RegexConverter(), new JsonStringEnumConverter() } };

    /// <summary>The content of the Mesh section, by the JSON adapter; without lines, which no other adapter knows.</summary>
    public static DocumentResult<MeshSettings> Read(string json)
    {
        DocumentResult<MeshSettings> result = MeshDocuments.ReadSettings(JsonNodes.Read(json, "Mesh"));
        return result with { Faults = WithoutLines(result.Faults), Warnings = WithoutLines(result.Warnings) };
    }

    /// <summary>The same, by way of the configuration providers.</summary>
    public static DocumentResult<MeshSettings> ReadConfiguration(string json) => ReadConfiguration(Configuration(json));

    public static DocumentResult<MeshSettings> ReadConfiguration(IConfiguration root) =>
        MeshDocuments.ReadSettings(ConfigurationNodes.Read(root.GetSection("Mesh"), root));

    public static IConfigurationRoot Configuration(string json) =>
        new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes($$"""{ "Mesh": {{json}} }"""))).Build();

    /// <summary>The value of a document that must be good.</summary>
    public static MeshSettings Good(string json)
    {
        DocumentResult<MeshSettings> result = Read(json);
        Assert.Empty(result.Faults);
        Assert.Empty(result.Warnings);
        return result.Value!;
    }

    /// <summary>The only fault of a document.</summary>
    public static DocumentFault Fault(string json)
    {
        DocumentResult<MeshSettings> result = Read(json);
        Assert.Null(result.Value);
        return Assert.Single(result.Faults);
    }

    /// <summary>A document with one value at a path; a step that is a number makes a list.</summary>
    public static string Nest(string path, string value) => path.Split(':').Reverse().Aggregate(
        value, (inner, step) => int.TryParse(step, out _) ? $"[{inner}]" : $"{{{JsonSerializer.Serialize(step)}: {inner}}}");

    /// <summary>All that the settings say, as text, for records compare their lists by reference.</summary>
    public static string Dump(MeshSettings? settings) => JsonSerializer.Serialize(settings, s_dump);

    /// <summary>A part of it, such as <c>Services.0.Name</c>.</summary>
    public static string Dump(MeshSettings settings, string path)
    {
        JsonNode? node = JsonSerializer.SerializeToNode(settings, s_dump);
        foreach (string step in path.Split('.'))
        {
            node = node is JsonArray list ? list[int.Parse(step)] : node![step];
        }

        return node is null ? "null" : node.ToJsonString().Trim('"');
    }

    private static ImmutableArray<DocumentFault> WithoutLines(ImmutableArray<DocumentFault> faults) => [.. faults.Select(fault => fault with { Line = null })];

    private sealed class RegexConverter : JsonConverter<Regex>
    {
        public override Regex Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, Regex value, JsonSerializerOptions options) =>
            writer.WriteStringValue($"{value} {value.Options}");
    }
}
