using System.Collections.Immutable;
using System.Globalization;

namespace Mesh.Model.Documents;

/// <summary>
/// A place in a document, whatever it was written in: a text, named children, or nothing at all (null and <c>{}</c>).
/// A list has the children 0, 1, 2…; an empty one is the empty text, for that is how configuration providers hand it over.
/// </summary>
internal sealed class DocumentNode
{
    /// <summary>From the document's root, as its reader would look for it: <c>Mesh:Services:catalog:Routes:1:Timeout</c>.</summary>
    public required string Path { get; init; }

    /// <summary>The last step of the path.</summary>
    public required string Key { get; init; }

    /// <summary>From 1; null where the reader does not know.</summary>
    public int? Line { get; init; }

    /// <summary>Whether the value stood in quotes, or can be nothing but a text.</summary>
    public bool IsText { get; init; }

    /// <summary>The text as written; booleans are <c>True</c> and <c>False</c>.</summary>
    public string? Value { get; init; }

    /// <summary>In the order of the document; no two have the same key, in any case.</summary>
    public ImmutableArray<DocumentNode> Children { get; init; } = [];

    /// <summary>The files that numbered children come from, as far as they are known.</summary>
    public ImmutableArray<string> ContributingFiles { get; init; } = [];

    /// <summary>What was wrong before any meaning was looked for, such as a key that is given twice.</summary>
    public string? Fault { get; init; }

    /// <summary>The place in a list, when the key is one.</summary>
    public int? Index => int.TryParse(Key, NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? index : null;

    public bool IsNothing => Value is null && Children.IsEmpty && Fault is null;

    /// <summary>Whether every child has a number for its key.</summary>
    public bool IsList => !Children.IsEmpty && Children.All(child => child.Index is not null);

    /// <summary>Whether the keys are those of an array: 0, 1 and so on, none left out.</summary>
    public bool IsArray => IsList && Children.Max(child => child.Index) == Children.Length - 1;

    /// <summary>The path of a child.</summary>
    public static string Below(string path, string key) => path.Length == 0 ? key : $"{path}:{key}";

    public DocumentNode? Find(string key)
    {
        foreach (DocumentNode child in Children)
        {
            if (child.Key.Equals(key, StringComparison.OrdinalIgnoreCase))
            {
                return child;
            }
        }

        return null;
    }

    /// <summary>Itself and all below it, in the order of the document.</summary>
    public IEnumerable<DocumentNode> All() => Children.SelectMany(child => child.All()).Prepend(this);
}
