using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Mesh.Model.Documents;

/// <summary>
/// The table of settings for editors: a JSON schema of appsettings.json. Keys and words are spelt as documented, although the reader takes
/// them in any case. What does not work yet is not in it, so that an editor complains of it as the reader does.
/// </summary>
internal static class EditorSchema
{
    private static readonly JsonWriterOptions s_layout = new()
    {
        Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The whole file ConfigurationSchema.json.</summary>
    public static string Render()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, s_layout))
        {
            JsonSchemaWriter.OfFile("Mesh", "The service mesh.", MeshSchema.Section).WriteTo(writer);
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }
}
