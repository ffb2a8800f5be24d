using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Mesh.ConfigServer.Documents;

/// <summary>Writes documents for people.</summary>
internal static partial class DocumentWriter
{
    /// <summary>The documents as YAML, with <c>---</c> between them.</summary>
    public static string ToYaml(IEnumerable<MeshDocument> documents) => ToYaml(documents.Select(document => JsonElement.Parse(document.Json)));

    /// <summary>JSON as YAML, each piece a document of its own.</summary>
    public static string ToYaml(IEnumerable<JsonElement> documents)
    {
        StringWriter text = new() { NewLine = "\n" };
        Emitter yaml = new(text, new EmitterSettings().WithBestWidth(int.MaxValue).WithIndentedSequences());
        yaml.Emit(new StreamStart());
        foreach ((int index, JsonElement document) in documents.Index())
        {
            yaml.Emit(new DocumentStart(null, null, isImplicit: index == 0));
            Emit(document, yaml);
            yaml.Emit(new DocumentEnd(isImplicit: true));
        }

        yaml.Emit(new StreamEnd());
        return text.ToString();
    }

    private static void Emit(JsonElement element, Emitter yaml)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                bool isEmpty = !element.EnumerateObject().Any();
                yaml.Emit(
                    new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, isEmpty ? MappingStyle.Flow : MappingStyle.Block));
                foreach (JsonProperty member in element.EnumerateObject())
                {
                    yaml.Emit(OfText(member.Name));
                    Emit(member.Value, yaml);
                }

                yaml.Emit(new MappingEnd());
                break;
            case JsonValueKind.Array:
                yaml.Emit(new SequenceStart(
                    AnchorName.Empty, TagName.Empty, isImplicit: true,
                    element.GetArrayLength() == 0 ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (JsonElement entry in element.EnumerateArray())
                {
                    Emit(entry, yaml);
                }

                yaml.Emit(new SequenceEnd());
                break;
            case JsonValueKind.String:
                yaml.Emit(OfText(element.GetString()!));
                break;
            default:
                yaml.Emit(new Scalar(element.GetRawText()));
                break;
        }
    }

    /// <summary>In quotes wherever a reader of YAML, this one or another, might see more in it than a text.</summary>
    private static Scalar OfText(string text) => Plain().IsMatch(text) && !Word().IsMatch(text)
        ? new Scalar(text)
        : new Scalar(AnchorName.Empty, TagName.Empty, text, ScalarStyle.DoubleQuoted, isPlainImplicit: false, isQuotedImplicit: true);

    [GeneratedRegex(@"\A[A-Za-z/_][A-Za-z0-9/_.*+-]*(:[A-Za-z0-9/_.*+-]+)*\z|\A[0-9]+(ms|s|m|h)\z|\A[0-9]+([.][0-9]+){3}:[0-9]+\z")]
    private static partial Regex Plain();

    [GeneratedRegex(@"\A(true|false|yes|no|on|off|y|n|null)\z", RegexOptions.IgnoreCase)]
    private static partial Regex Word();
}
