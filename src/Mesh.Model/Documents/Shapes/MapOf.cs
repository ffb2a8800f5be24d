using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Model.Documents;

/// <summary>An object whose keys are the user's: names, each with a node of one shape.</summary>
/// <param name="key">What a key must look like.</param>
/// <param name="item">What each value looks like.</param>
/// <param name="seed">What each value starts from.</param>
internal sealed class MapOf<T>(Scalar<string> key, Shape<T> item, T seed) : Shape<ImmutableSortedDictionary<string, T>>
{
    public MapOf(Scalar<string> key, Shape<T> item)
        : this(key, item, item.Blank)
    {
    }

    public Scalar<string> Key => key;

    public Shape<T> Item => item;

    public override string Allowed => $"an object; each key is {key.Allowed}, each value {item.Allowed}";

    public override IReadOnlyList<Setting> Settings => item.Settings;

    public override IReadOnlyList<string> Notes => item.Notes;

    public override string Remark => string.Join(' ', [$"Each key is {key.Allowed}.", .. Notes]);

    public override string Step => ":{name}";

    public override ImmutableSortedDictionary<string, T> Blank => Maps.Of<T>();

    public override JsonObject Describe(JsonSchemaWriter schema)
    {
        var description = new JsonObject { ["type"] = "object", ["additionalProperties"] = schema.Of(item) };
        if (key.Pattern is not null)
        {
            description["propertyNames"] = new JsonObject { ["pattern"] = key.Pattern };
        }

        return description;
    }

    public MapOf<T> StartingFrom(T other) => new(key, item, other);

    protected override ImmutableSortedDictionary<string, T> ReadSound(
        DocumentNode node, ImmutableSortedDictionary<string, T> before, Reading reading)
    {
        // Numbers may be names, such as ports; those of an array are none.
        if (node.Children.IsEmpty || node.IsArray)
        {
            reading.Fault(node, $"Here is {Wording.Found(node)}, and not {Allowed}.");
            return before;
        }

        return Blank.AddRange(node.Children.Select(child => KeyValuePair.Create(child.Key, ReadEntry(child, reading))));
    }

    protected override bool TryWrite(DocumentNode node, Utf8JsonWriter json)
    {
        if (node.Children.IsEmpty || node.IsArray)
        {
            return false;
        }

        CanonicalJson.WriteNamed(node, item, json);
        return true;
    }

    private T ReadEntry(DocumentNode node, Reading reading)
    {
        if (node.Fault is null && key.Parse(node.Key) is { State: ParseState.Bad } bad)
        {
            reading.Fault(node, key.Complaint(node.Key, bad.Reason));
        }

        return item.Read(node, seed, reading);
    }
}
