using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Model.Documents;

/// <summary>A list that says nothing only where it is absent: one that is there and empty is a mistake, for it would look like a restriction and be none.</summary>
internal sealed class SomeOf<T>(ListOf<T> list) : Shape<ImmutableArray<T>>
{
    public override string Allowed => list.Allowed;

    public override IReadOnlyList<Setting> Settings => list.Settings;

    public override IReadOnlyList<string> Notes => list.Notes;

    public override string Step => list.Step;

    public override bool ReadsNothing => true;

    public override ImmutableArray<T> Blank => list.Blank;

    public override string? Format(ImmutableArray<T> value) => list.Format(value);

    public override JsonNode ToJson(string text) => list.ToJson(text);

    public override JsonObject? DescribeText() => list.DescribeText();

    public override JsonObject Describe(JsonSchemaWriter schema) => list.Describe(schema);

    protected override ImmutableArray<T> ReadSound(DocumentNode node, ImmutableArray<T> seed, Reading reading)
    {
        if (node.IsNothing || node is { Value: "", Children.IsEmpty: true })
        {
            reading.Fault(node, "This list is empty, so that nothing could ever match. Fill it, or leave it out.");
            return seed;
        }

        return list.Read(node, seed, reading);
    }

    protected override bool TryWrite(DocumentNode node, Utf8JsonWriter json)
    {
        list.Write(node, json);
        return true;
    }
}
