using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Model.Documents;

/// <summary>How else than as an array a list may be written. Lists of scalars may always be one comma separated text.</summary>
internal enum ListForm
{
    /// <summary>In no other way; but where a text may stand for an entry, as one comma separated text.</summary>
    Array,

    /// <summary>An object whose keys name the entries: entries of several files merge by name.</summary>
    Keyed,

    /// <summary>A single entry stands for itself.</summary>
    Single,
}

/// <summary>An entry of a list and where it stood.</summary>
internal readonly record struct Entry<T>(DocumentNode Node, T Value);

/// <summary>A list of nodes of one shape.</summary>
/// <param name="item">What each entry looks like.</param>
/// <param name="form">How else it may be written.</param>
/// <param name="collect">Makes the list from its entries, and looks for faults between them.</param>
internal sealed class ListOf<T>(
    Shape<T> item, ListForm form = ListForm.Array, Func<DocumentNode, ImmutableArray<Entry<T>>, Reading, ImmutableArray<T>>? collect = null)
    : Shape<ImmutableArray<T>>
{
    public Shape<T> Item => item;

    public ListForm Form => form;

    public override string Allowed => form switch
    {
        ListForm.Keyed => $"a list, or an object keyed by name; each entry is {item.Allowed}",
        ListForm.Single => $"{item.Allowed}, or a list of them",
        _ when TakesText => $"a list, or one text with commas; each entry is {item.Allowed}",
        _ => $"a list; each entry is {item.Allowed}",
    };

    private bool TakesText => item.IsScalar || (form is ListForm.Array && item.DescribeText() is not null);

    public override IReadOnlyList<Setting> Settings => item.Settings;

    public override IReadOnlyList<string> Notes => item.Notes;

    public override string Step => form switch
    {
        ListForm.Keyed => ":{n or name}",
        ListForm.Single => "[:{n}]",
        _ => ":{n}",
    };

    public override ImmutableArray<T> Blank => [];

    public override string? Format(ImmutableArray<T> value) =>
        value.IsEmpty ? null : Wording.Names(value.Select(entry => item.Format(entry) ?? ""));

    public override JsonObject Describe(JsonSchemaWriter schema)
    {
        var list = new JsonObject { ["type"] = "array", ["items"] = schema.Of(item) };
        JsonObject? other = form switch
        {
            ListForm.Keyed => new JsonObject { ["type"] = "object", ["additionalProperties"] = schema.Of(item) },
            ListForm.Single => schema.Of(item),
            _ => item.DescribeText(),
        };
        return other is null ? list : new JsonObject { ["anyOf"] = new JsonArray(list, other) };
    }

    public override JsonNode ToJson(string text) =>
        new JsonArray([.. text.Split(", ").Select(item.ToJson)]);

    protected override ImmutableArray<T> ReadSound(DocumentNode node, ImmutableArray<T> seed, Reading reading)
    {
        if (Complaint(node) is { } complaint)
        {
            reading.Fault(node, complaint);
            return seed;
        }

        ImmutableArray<Entry<T>> entries = [.. Nodes(node).Select(entry => new Entry<T>(entry, item.Read(entry, reading)))];
        return collect is null ? [.. entries.Select(entry => entry.Value)] : collect(node, entries, reading);
    }

    protected override bool TryWrite(DocumentNode node, Utf8JsonWriter json)
    {
        if (node.Children.IsEmpty ? node.Value is "" : node.IsArray)
        {
            CanonicalJson.WriteNumbered(node, item, json);
            return true;
        }

        if (node.Children.IsEmpty || node.IsList || form is ListForm.Array)
        {
            return false;
        }

        if (form is ListForm.Keyed)
        {
            CanonicalJson.WriteNamed(node, item, json);
        }
        else
        {
            item.Write(node, json);
        }

        return true;
    }

    private string? Complaint(DocumentNode node)
    {
        if (node.Children.IsEmpty)
        {
            return node.Value is "" || TakesText ? null : $"Here is {Wording.Found(node)}, and not {Allowed}.";
        }

        if (!node.IsList)
        {
            return node.Children.Any(child => child.Index is not null)
                ? $"Numbered and named entries are mixed here: {Wording.Names(node.Children.Select(child => child.Key))}. Use one kind."
                : form is ListForm.Single ? null
                : IsEntry(node) && !node.Children.All(IsEntry) ? "Here is a single entry; put it in a list: [ { … } ]."
                : form is ListForm.Array ? $"Here is an object, and not {Allowed}." : null;
        }

        return node.ContributingFiles.Length < 2 ? Gap(node)
            : $"This list is put together from {string.Join(" and ", node.ContributingFiles)}: lists of several files merge by index. "
                + $"Write the whole list in one file{(form is ListForm.Keyed ? ", or key it by name" : "")}.";
    }

    /// <summary>An entry far behind the others is one that was meant to change another, such as by the environment.</summary>
    private static string? Gap(DocumentNode node)
    {
        int missing = 0;
        foreach (int index in node.Children.Select(child => child.Index!.Value).Distinct().Order())
        {
            if (index > missing)
            {
                return $"Entry {index} is given, {(index - 1 > missing ? $"{missing} to {index - 1} are" : $"{missing} is")} missing.";
            }

            missing++;
        }

        return null;
    }

    /// <summary>Whether the keys are settings of an entry. Those of a keyed list may be too, but then so are the keys below them.</summary>
    private bool IsEntry(DocumentNode node) => !node.Children.IsEmpty
        && node.Children.All(child => item.Settings.Any(setting => setting.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase)));

    private IEnumerable<DocumentNode> Nodes(DocumentNode node) =>
        node.IsList ? node.Children.OrderBy(child => child.Index)
        : form is ListForm.Single && !node.Children.IsEmpty ? [node]
        : !node.Children.IsEmpty ? node.Children.OrderBy(child => child.Key, StringComparer.OrdinalIgnoreCase)
        : node.Value is { Length: > 0 } text ? Split(node, text)
        : [];

    private static IEnumerable<DocumentNode> Split(DocumentNode node, string text) =>
        text.Split(',', StringSplitOptions.TrimEntries).Select(part => new DocumentNode { Path = node.Path, Key = node.Key, Value = part, Line = node.Line });
}
