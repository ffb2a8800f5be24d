using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Model.Documents;

/// <summary>What a node may look like. The part that tables and schemas are made from.</summary>
internal abstract class Shape
{
    /// <summary>What is allowed, such as <c>true or false</c>; fits after "is not".</summary>
    public abstract string Allowed { get; }

    /// <summary>The settings inside, for a list or a map those of an entry.</summary>
    public virtual IReadOnlyList<Setting> Settings => [];

    /// <summary>How those settings go together, in sentences.</summary>
    public virtual IReadOnlyList<string> Notes => [];

    /// <summary>What an entry's path adds to this setting's, such as <c>:{n}</c> in a list.</summary>
    public virtual string Step => "";

    /// <summary>Whether it is a list or a map: its settings are those of an entry.</summary>
    public bool IsCollection => Step.Length > 0;

    /// <summary>What an editor should say besides the setting's meaning, in sentences.</summary>
    public virtual string Remark => string.Join(' ', Notes);

    /// <summary>Whether it is one text.</summary>
    public virtual bool IsScalar => false;

    /// <summary>The type of a text that stands for all of it; null: none does.</summary>
    public virtual JsonObject? DescribeText() => null;

    /// <summary>Whether null and <c>{}</c> are read. If not they say nothing, like absence, and the default stays.</summary>
    public virtual bool ReadsNothing => false;

    /// <summary>The shape as a JSON schema, which asks <paramref name="schema"/> for the shapes inside.</summary>
    public abstract JsonObject Describe(JsonSchemaWriter schema);

    /// <summary>Writes what the node says in the one way that stands for all ways to say it.</summary>
    public void Write(DocumentNode node, Utf8JsonWriter json)
    {
        if (node.Fault is not null || (node.Value is not null && !node.Children.IsEmpty) || !TryWrite(node, json))
        {
            CanonicalJson.WriteAny(node, json);
        }
    }

    /// <summary>False, and nothing written: the node does not look like this shape.</summary>
    protected abstract bool TryWrite(DocumentNode node, Utf8JsonWriter json);

    /// <summary>A text of the table, such as a default, as one would write it in JSON.</summary>
    public virtual JsonNode ToJson(string text) => text;
}

/// <summary>A shape that is read into a value.</summary>
internal abstract class Shape<T> : Shape
{
    /// <summary>Where reading starts when nothing was known before.</summary>
    public abstract T Blank { get; }

    /// <summary>The value in the words of a document; null when there is none to show.</summary>
    public virtual string? Format(T value) => null;

    /// <summary>The seed with all that the node says. After a fault the value means nothing, and the reading tells.</summary>
    public T Read(DocumentNode node, T seed, Reading reading)
    {
        if (node.Fault is { } fault)
        {
            reading.Fault(node, fault);
            return seed;
        }

        if (node is { Value: { Length: > 0 } value, Children.IsEmpty: false })
        {
            string keys = Wording.Names(node.Children.Select(child => child.Key));
            reading.Fault(node, $"Here is a value ({Wording.Quote(value)}) and also entries ({keys}). Give one of the two.");
            return seed;
        }

        return ReadSound(node, seed, reading);
    }

    public T Read(DocumentNode node, Reading reading) => Read(node, Blank, reading);

    protected abstract T ReadSound(DocumentNode node, T seed, Reading reading);
}
