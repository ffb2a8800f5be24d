using System.Text.Json;
using Google.Protobuf.WellKnownTypes;

namespace Mesh.Client.Sources.Xds.Bootstrap;

/// <summary>JSON in the words of protobuf.</summary>
internal static class JsonStructs
{
    public static Struct Of(JsonElement json)
    {
        Struct made = new();
        foreach (JsonProperty property in json.EnumerateObject())
        {
            made.Fields[property.Name] = ValueOf(property.Value);
        }

        return made;
    }

    private static Value ValueOf(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => Value.ForStruct(Of(json)),
        JsonValueKind.Array => Value.ForList([.. json.EnumerateArray().Select(ValueOf)]),
        JsonValueKind.String => Value.ForString(json.GetString()),
        JsonValueKind.Number => Value.ForNumber(json.GetDouble()),
        JsonValueKind.True or JsonValueKind.False => Value.ForBool(json.GetBoolean()),
        _ => Value.ForNull(),
    };
}
