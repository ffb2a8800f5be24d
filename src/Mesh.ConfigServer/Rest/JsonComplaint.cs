using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Mesh.Model.Documents;

namespace Mesh.ConfigServer.Rest;

/// <summary>Why a body is not what is expected, in the words of JSON: those of the serializer are about .NET.</summary>
internal static class JsonComplaint
{
    /// <summary>Null: no reason was found.</summary>
    public static string? Of(string json, JsonTypeInfo type)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return Of(document.RootElement, type, "");
        }
        catch (JsonException exception)
        {
            return $"The body is not JSON, in line {exception.LineNumber + 1}: {Wording.Of(exception)}";
        }
    }

    private static string? Of(JsonElement element, JsonTypeInfo type, string path) => type switch
    {
        { Kind: JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary } when element.ValueKind != JsonValueKind.Object =>
            Wrong(path, "an object"),
        { Kind: JsonTypeInfoKind.Object } => OfObject(element, type, path),
        { Kind: JsonTypeInfoKind.Dictionary } => First(
            element.EnumerateObject(),
            member => Of(member.Value, type.Options.GetTypeInfo(type.ElementType!), Below(path, member.Name))),
        { Type: { } plain } when plain == typeof(string) => element.ValueKind == JsonValueKind.String ? null : Wrong(path, "a text"),
        { Type: { } plain } when plain == typeof(long) =>
            element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out _) ? null : Wrong(path, "a whole number"),
        _ => null,
    };

    private static string? OfObject(JsonElement element, JsonTypeInfo type, string path) =>
        First(element.EnumerateObject(), member => OfMember(member, type, path))
        ?? First(type.Properties, property => property.AssociatedParameter is { HasDefaultValue: false } && !Has(element, property.Name)
            ? $"{Below(path, property.Name)} is missing." : null);

    private static string? OfMember(JsonProperty member, JsonTypeInfo type, string path)
    {
        string place = Below(path, member.Name);
        JsonPropertyInfo? known =
            type.Properties.FirstOrDefault(property => property.Name.Equals(member.Name, StringComparison.OrdinalIgnoreCase));
        if (known is null)
        {
            string[] names = [.. type.Properties.Select(property => property.Name)];
            string hint = NearestName.Find(member.Name, names) is { } nearest
                ? $"Did you mean '{nearest}'?" : $"Known here: {Wording.Names(names)}.";
            return $"{Wording.Quote(place)} is not known in the body. {hint}";
        }

        return member.Value.ValueKind != JsonValueKind.Null ? Of(member.Value, type.Options.GetTypeInfo(known.PropertyType), place)
            : known.AssociatedParameter is { IsNullable: true } ? null
            : $"{place} must not be null.";
    }

    private static bool Has(JsonElement element, string name) =>
        element.EnumerateObject().Any(member => member.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static string Wrong(string path, string wanted) => $"{(path.Length == 0 ? "The body" : Wording.Quote(path))} must be {wanted}.";

    private static string Below(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static string? First<T>(IEnumerable<T> all, Func<T, string?> complaint) =>
        all.Select(complaint).FirstOrDefault(found => found is not null);
}
