using System.Text.Json.Nodes;
using CsCheck;
using Mesh.Model.Documents;
using Microsoft.Extensions.Configuration;

namespace Mesh.Model.Tests.Documents;

/// <summary>Properties that hold for any document.</summary>
public sealed class GeneratedDocumentsTests
{
    private static readonly string[] s_keys =
        [.. Names(MeshSchema.Section).Distinct(StringComparer.Ordinal), "catalog", "x-tester", "0", "1", "Atempts", "", "a b", "localhost", "7"];

    private static readonly string[] s_values =
        ["", "True", "false", "0", "-1", "3", "100.5", "2s", "00:00:02", "5", "/", "/items", "a:1", "[::1]:80", "GET", "5xx,reset", "Fail", "Warn",
            "(", "(a{9}){9}", "PeakEwma", "catalog", "dns:///a", "\u0000", "💥", ",", "*.mesh"];

    private static readonly Gen<string> s_key = Gen.Frequency(
        (9, Gen.OneOfConst(s_keys)), (1, Gen.String[0, 6].Where(key => !key.Any(char.IsSurrogate))));

    private static readonly Gen<JsonNode?> s_scalar = Gen.OneOf(
        Gen.OneOfConst(s_values).Select(value => (JsonNode?)value),
        Gen.Bool.Select(value => (JsonNode?)value),
        Gen.Int[-5, 70_000].Select(value => (JsonNode?)value),
        Gen.Const((JsonNode?)null));

    [Fact]
    public void Valid_settings_survive_being_written_and_read() =>
        SettingsGenerator.Settings.Sample(
            settings =>
            {
                string json = SettingsWriter.Write(settings);
                string expected = Doc.Dump(settings);
                Assert.Equal(expected, Doc.Dump(Doc.Good(json)));
                Assert.Equal(expected, Doc.Dump(Doc.ReadConfiguration(json).Value));
                Assert.Equal(expected, Doc.Dump(Doc.Good(Canonical(json))));
            },
            iter: 150);

    [Fact]
    public void Any_document_ends_in_a_value_or_in_faults_and_both_adapters_agree() =>
        Section(MeshSchema.Section.Settings).Select(node => node!.ToJsonString()).Sample(
            json =>
            {
                DocumentResult<MeshSettings> result = Doc.Read(json);
                AssertDecided(result);

                // What is bad is bad in its canonical form too, and what is good means the same.
                string canonical = Canonical(json);
                Assert.True(!result.IsGood || canonical == Canonical(canonical));
                Assert.Equal(Doc.Dump(result.Value), Doc.Dump(Doc.Read(canonical).Value));

                // A provider splits keys at colons and refuses keys that differ in case only: there the adapters differ by right.
                if (ReadConfiguration(json) is { } other)
                {
                    AssertDecided(other);
                    // The providers sort keys, so faults come in another order, and may list keys in another one.
                    Assert.Equal(Paths(result.Faults), Paths(other.Faults));
                    Assert.Equal(Paths(result.Warnings), Paths(other.Warnings));
                    Assert.Equal(Doc.Dump(result.Value), Doc.Dump(other.Value));
                }
            },
            iter: 1500);

    [Fact]
    public void Any_set_of_keys_ends_in_a_value_or_in_faults() =>
        s_key.Array[1, 9].Select(Gen.OneOfConst(s_values), (steps, value) => KeyValuePair.Create($"Mesh:{string.Join(':', steps)}", (string?)value))
            .Array[0, 30]
            .Sample(
                pairs => AssertDecided(Doc.ReadConfiguration(new ConfigurationBuilder()
                    .AddInMemoryCollection(pairs.DistinctBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase)).Build())),
                iter: 800);

    [Fact]
    public void Any_text_ends_in_a_value_or_in_faults() => Gen.String.Sample(text => AssertDecided(Doc.Read(text)));

    private static string Canonical(string json) => CanonicalJson.Write(JsonNodes.Read(json, "Mesh"), MeshSchema.Section);

    private static IEnumerable<string> Paths(IEnumerable<DocumentFault> faults) => faults.Select(fault => fault.Path).Order(StringComparer.Ordinal);

    private static void AssertDecided(DocumentResult<MeshSettings> result)
    {
        Assert.Equal(result.Faults.IsEmpty, result.Value is not null);
        Assert.All(result.Faults, fault => Assert.True(fault.Path.StartsWith("Mesh", StringComparison.Ordinal) && fault.Message.Length > 0));
    }

    /// <summary>Null when the provider itself refuses the document.</summary>
    private static DocumentResult<MeshSettings>? ReadConfiguration(string json)
    {
        try
        {
            return HasColonOrTwins(JsonNode.Parse(json)) ? null : Doc.ReadConfiguration(json);
        }
        catch (Exception e) when (e is FormatException or InvalidDataException)
        {
            return null;
        }
    }

    private static bool HasColonOrTwins(JsonNode? node) => node switch
    {
        JsonObject members => members.Any(member => member.Key.Contains(':', StringComparison.Ordinal) || HasColonOrTwins(member.Value))
            || members.DistinctBy(member => member.Key, StringComparer.OrdinalIgnoreCase).Count() != members.Count,
        JsonArray entries => entries.Any(HasColonOrTwins),
        _ => false,
    };

    /// <summary>Mostly what the table has in a place, sometimes something else.</summary>
    private static Gen<JsonNode?> Node(IReadOnlyList<Setting> settings, string step)
    {
        Gen<JsonNode?> entry = settings.Count == 0 ? s_scalar : Weighted(Section(settings), 5, s_scalar, 1);
        Gen<JsonNode?> list = entry.Array[0, 3].Select(entries => (JsonNode?)new JsonArray([.. entries.Select(Copy)]));
        Gen<JsonNode?> map = Object(s_key.Select(entry));
        return step switch
        {
            "" => Weighted(entry, 5, map, 1),
            ":{n}" => Weighted(list, 5, entry, 1),
            "[:{n}]" => Weighted(list, 1, entry, 1),
            _ => Weighted(map, 3, list, 2),
        };
    }

    private static Gen<JsonNode?> Section(IReadOnlyList<Setting> settings)
    {
        var members = settings.Select(setting => Node(setting.Shape.Settings, setting.Shape.Step).Select(node => (setting.Name, node))).ToList();
        members.Add(s_key.Select(s_scalar));
        return Object(Gen.OneOf([.. members]));
    }

    private static Gen<JsonNode?> Object(Gen<(string Key, JsonNode? Value)> member) => member.Array[0, 4].Select(members => (JsonNode?)new JsonObject(
        members.DistinctBy(pair => pair.Key).Select(pair => KeyValuePair.Create(pair.Key, Copy(pair.Value)))));

    private static Gen<JsonNode?> Weighted(Gen<JsonNode?> often, int weight, Gen<JsonNode?> seldom, int other) =>
        Gen.Int[1, weight + other].SelectMany(i => i <= weight ? often : seldom);

    /// <summary>A node has one parent only, and the generator may hand out one node twice.</summary>
    private static JsonNode? Copy(JsonNode? node) => node?.DeepClone();

    private static IEnumerable<string> Names(Shape shape) => shape.Settings.SelectMany(setting => Names(setting.Shape).Prepend(setting.Name));
}
