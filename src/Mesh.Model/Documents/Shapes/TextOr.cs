using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Model.Documents;

/// <summary>A section with a short form: one text that says what matters most.</summary>
/// <param name="text">The short form.</param>
/// <param name="section">The long form.</param>
/// <param name="empty">What <c>{}</c> says; null: no more than the section's defaults.</param>
internal sealed class TextOr<T>(Scalar<T> text, Section<T> section, T? empty = null) : Shape<T>
    where T : class
{
    public Scalar<T> Text => text;

    public Section<T> Section => section;

    public override string Allowed => $"{text.Allowed}, or an object";

    public override IReadOnlyList<Setting> Settings => section.Settings;

    public override IReadOnlyList<string> Notes => section.Notes;

    public override bool ReadsNothing => true;

    public override T Blank => section.Blank;

    public override JsonObject Describe(JsonSchemaWriter schema) =>
        new() { ["anyOf"] = new JsonArray(schema.Of(text), section.Describe(schema)) };

    public override JsonObject? DescribeText() => text.DescribeType();

    protected override bool TryWrite(DocumentNode node, Utf8JsonWriter json)
    {
        Shape shape = node.Value is null ? section : text;
        shape.Write(node, json);
        return true;
    }

    protected override T ReadSound(DocumentNode node, T seed, Reading reading) =>
        node.IsNothing && empty is not null ? empty
        : node.Children.IsEmpty && node.Value is not null ? text.Read(node, seed, reading)
        : section.Read(node, seed, reading);
}
