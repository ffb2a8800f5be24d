using System.Text.Json;
using System.Text.Json.Serialization;
using Mesh.ConfigServer.Documents;

namespace Mesh.ConfigServer.Rest;

/// <summary>A document stands in answers as it is kept.</summary>
internal sealed class DocumentJson : JsonConverter<MeshDocument>
{
    public override MeshDocument Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Documents are read by DocumentReader.");

    public override void Write(Utf8JsonWriter writer, MeshDocument value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Json, skipInputValidation: true);
}
