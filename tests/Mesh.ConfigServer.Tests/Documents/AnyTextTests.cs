using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.Store;
using Mesh.ConfigServer.Tests.Infrastructure;

namespace Mesh.ConfigServer.Tests.Documents;

/// <summary>Properties that hold for any text.</summary>
public sealed class AnyTextTests
{
    private static readonly string[] s_pieces =
        ["kind: Service", "name: a", "\n", "\n", "\n", " ", "  ", "- ", ": ", "{", "}", "[", "]", ",", "\"", "'", "|", ">", "&a", "*a", "!t", "!!str", "---", "...", "%YAML 1.2",
            "%TAG ! x", "#", "\t", "\r", "? ", "<<", "~", "null", "true", "1.10", "\\", "\0", "\u0085", "\ufeff", "é", "@", "`", "routes", "timeout", "-", "|2-", ">+", "\\u12", "\ud800"];

    private static readonly string[] s_texts =
        ["", " ", "a", "True", "true", "yes", "null", "~", "1.10", "007", "1e3", ".5", "0x1F", "2s", "-", "- a", "a: b", "#c", "a #b", "{}", "[]", "|", ">", "&a", "*a", "!a", "%a", "@a",
            "`a`", "'", "\"", "\\", "a\nb", "\n", "a\n", " a", "a ", "\t", "ä", "💥", "\u0001", "\u2028", "\ufeff", "---", "...", "?", ":", "<<", "=", "2020-01-01", "1:30"];

    [Fact]
    public void Any_text_ends_in_documents_or_in_faults() =>
        Gen.OneOf(Gen.OneOfConst(s_pieces).Array[0, 40].Select(string.Concat), Gen.String).Sample(
            text =>
            {
                foreach (DocumentSet set in new[] { Docs.Yaml(text), Docs.Json(text) })
                {
                    Assert.All(set.Faults, fault => Assert.True(fault.Message.Length > 0 && fault.Document.Length > 0));
                }
            },
            iter: 20_000);

    [Fact]
    public void Any_text_in_a_document_survives_yaml() => Gen.OneOf(Gen.OneOfConst(s_texts), Gen.String.Where(IsWhole)).Array[1, 4].Sample(
        texts =>
        {
            JsonObject document = new()
            {
                ["kind"] = "Service", ["name"] = "a",
                ["routes"] = new JsonArray(new JsonObject
                {
                    ["directResponse"] = new JsonObject { ["statusCode"] = 200, ["body"] = texts[0] },
                    ["match"] = new JsonObject { ["headers"] = new JsonObject(texts.Select((text, i) => KeyValuePair.Create($"x-{i}", (JsonNode?)text))) },
                }),
            };
            MeshDocument written = Assert.Single(Docs.Json(document.ToJsonString()).Documents).Document;
            JsonElement read = JsonDocument.Parse(written.Json).RootElement.GetProperty("routes")[0];

            Assert.Equal(texts[0], read.GetProperty("directResponse").GetProperty("body").GetString());
            Assert.Equal(texts, read.GetProperty("match").GetProperty("headers").EnumerateObject().Select(header => header.Value.GetString()));
            Assert.Equal(written, Assert.Single(Docs.Yaml(DocumentWriter.ToYaml([written])).Documents).Document);
            Assert.Equal(written, Assert.Single(Docs.Json(written.Json).Documents).Document);
            DocumentCheck.Check(Docs.Json(written.Json));
        },
        iter: 3_000);

    private static bool IsWhole(string text) => text.EnumerateRunes().All(rune => rune.Value != 0xFFFD);
}
