using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Mesh.Model.Documents;

/// <summary>
/// The one text of all that mean the same: keys of the table in camelCase and in its order, users' own keys as written and sorted, lists in
/// order, numbers and booleans without quotes where the table has such, no white space.
/// </summary>
internal static partial class CanonicalJson
{
    // For files and terminals, never inside HTML: letters of any language stay letters.
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(DocumentNode node, Shape shape)
    {
        using MemoryStream text = new();
        using (Utf8JsonWriter json = new(text, s_options))
        {
            shape.Write(node, json);
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    public static string Key(string setting) => JsonNamingPolicy.CamelCase.ConvertName(setting);

    public static bool IsNumber(string text) => Number().IsMatch(text);

    /// <summary>What no table knows, as it stands.</summary>
    public static void WriteAny(DocumentNode node, Utf8JsonWriter json)
    {
        if (node.IsArray)
        {
            json.WriteStartArray();
            foreach (DocumentNode child in node.Children)
            {
                WriteAny(child, json);
            }

            json.WriteEndArray();
        }
        else if (!node.Children.IsEmpty)
        {
            json.WriteStartObject();
            WriteMembers(node.Children, json);
            json.WriteEndObject();
        }
        else if (node.Value is null)
        {
            json.WriteNullValue();
        }
        else if (!node.IsText && Texts.IsJsonBoolean(node.Value))
        {
            json.WriteBooleanValue(bool.Parse(node.Value));
        }
        else
        {
            json.WriteStringValue(node.Value);
        }
    }

    public static void WriteMembers(IEnumerable<DocumentNode> members, Utf8JsonWriter json)
    {
        foreach (DocumentNode member in members)
        {
            json.WritePropertyName(member.Key);
            WriteAny(member, json);
        }
    }

    public static void WriteNamed(DocumentNode node, Shape entry, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (DocumentNode child in node.Children.OrderBy(child => child.Key, StringComparer.OrdinalIgnoreCase))
        {
            json.WritePropertyName(child.Key);
            entry.Write(child, json);
        }

        json.WriteEndObject();
    }

    public static void WriteNumbered(DocumentNode node, Shape entry, Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (DocumentNode child in node.Children.OrderBy(child => child.Index))
        {
            entry.Write(child, json);
        }

        json.WriteEndArray();
    }

    /// <summary>RFC 8259, 6.</summary>
    [GeneratedRegex(@"\A-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][+-]?[0-9]+)?\z")]
    private static partial Regex Number();
}
