using System.Collections.Immutable;

namespace Mesh.Model.Xds;

/// <summary>Changes to headers that stand in one place. They are made in this order, where the model removes last.</summary>
/// <param name="Removed">Names.</param>
/// <param name="Set">Of several values of one name the last counts.</param>
/// <param name="Added">A name may come several times.</param>
internal sealed record HeaderChanges(
    ImmutableArray<string> Removed, ImmutableArray<(string Name, string Value)> Set, ImmutableArray<(string Name, string Value)> Added)
{
    private static readonly StringComparer s_names = StringComparer.OrdinalIgnoreCase;

    public int Count => Removed.Length + Set.Length + Added.Length;

    /// <summary>The edits, and after them these.</summary>
    public HeaderEdits After(HeaderEdits before)
    {
        HeaderEdits edits = SetAfter(RemovedAfter(before));
        HashSet<string> removed = new(edits.Remove, s_names);
        ILookup<bool, KeyValuePair<string, string>> added = Added
            .GroupBy(header => header.Name, header => header.Value, s_names)
            .Select(values => KeyValuePair.Create(values.Key, Joined(values)))
            .ToLookup(header => removed.Contains(header.Key));
        return edits with
        {
            // What is removed first and added then is set.
            Set = edits.Set.SetItems(added[true]),
            Remove = [.. edits.Remove.Except(added[true].Select(header => header.Key), s_names)],
            Add = edits.Add.SetItems(added[false].Select(header => edits.Add.TryGetValue(header.Key, out string? first)
                ? KeyValuePair.Create(header.Key, Joined([first, header.Value])) : header)),
        };
    }

    private HeaderEdits RemovedAfter(HeaderEdits before) => before with
    {
        Set = before.Set.RemoveRange(Removed), Add = before.Add.RemoveRange(Removed), Remove = [.. before.Remove.Union(Removed, s_names)],
    };

    private HeaderEdits SetAfter(HeaderEdits before)
    {
        IEnumerable<string> names = Set.Select(header => header.Name);
        return before with
        {
            Set = before.Set.SetItems(Set.Select(header => KeyValuePair.Create(header.Name, header.Value))),
            Add = before.Add.RemoveRange(names), Remove = [.. before.Remove.Except(names, s_names)],
        };
    }

    // Two values are one with a comma between them (RFC 9110, 5.3).
    private static string Joined(IEnumerable<string> values) => string.Join(", ", values);
}
