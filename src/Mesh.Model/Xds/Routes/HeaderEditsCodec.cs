using System.Collections.Immutable;
using Google.Protobuf.Collections;
using Mesh.Model.Documents;
using AppendAction = Mesh.Model.Xds.Wire.HeaderValueOption.Types.HeaderAppendAction;

namespace Mesh.Model.Xds;

/// <summary>
/// Changes to headers. With xDS headers are removed, set, added, in this order; in the model they are removed last. In values a per cent
/// sign starts a variable, and two are one.
/// </summary>
internal static class HeaderEditsCodec
{
    public static void Encode(HeaderEdits edits, RepeatedField<Wire.HeaderValueOption> options, RepeatedField<string> removed)
    {
        options.Add(edits.Set.RemoveRange(edits.Remove).Select(header => Option(header, AppendAction.OverwriteIfExistsOrAdd)));
        options.Add(edits.Add.RemoveRange(edits.Remove).Select(header => Option(header, AppendAction.AppendIfExistsOrAdd)));
        removed.Add(edits.Remove);
    }

    /// <summary>The edits, and after them those of another layer.</summary>
    public static HeaderEdits Then(
        this HeaderEdits edits, RepeatedField<Wire.HeaderValueOption> options, RepeatedField<string> removed, XdsField at, string kind)
    {
        for (int i = 0; i < removed.Count; i++)
        {
            if (IsEditable(removed[i], at[$"{kind}_headers_to_remove", i]))
            {
                edits = edits.ThenRemove(removed[i]);
            }
        }

        // What is set is set before anything is added, whatever stands first.
        List<(string Name, string Value)> added = [];
        for (int i = 0; i < options.Count; i++)
        {
            Wire.HeaderValueOption option = options[i];
            XdsField optionAt = at[$"{kind}_headers_to_add", i];
            string name = option.Header?.Key ?? "";
            string? value = Value(option.Header?.Value ?? "", optionAt);
            if (!IsEditable(name, optionAt) || value is null || (value.Length == 0 && !option.KeepEmptyValue))
            {
                continue;
            }

            switch (option.AppendAction)
            {
                case AppendAction.AppendIfExistsOrAdd when option.Append is not false:
                    added.Add((name, value));
                    break;
                case AppendAction.AppendIfExistsOrAdd or AppendAction.OverwriteIfExistsOrAdd:
                    edits = edits.ThenSet(name, value);
                    break;
                default:
                    optionAt["append_action"].Fault("Only APPEND_IF_EXISTS_OR_ADD and OVERWRITE_IF_EXISTS_OR_ADD are supported.");
                    break;
            }
        }

        return added.Aggregate(edits, (all, header) => all.ThenAdd(header.Name, header.Value));
    }

    private static HeaderEdits ThenRemove(this HeaderEdits edits, string name) => edits with
    {
        Set = edits.Set.Remove(name), Add = edits.Add.Remove(name), Remove = edits.Remove.Has(name) ? edits.Remove : edits.Remove.Add(name),
    };

    private static HeaderEdits ThenSet(this HeaderEdits edits, string name, string value) => edits with
    {
        Set = edits.Set.SetItem(name, value), Add = edits.Add.Remove(name), Remove = edits.Remove.Without(name),
    };

    // Two values are one with a comma between them (RFC 9110, 5.3).
    private static HeaderEdits ThenAdd(this HeaderEdits edits, string name, string value) =>
        edits.Remove.Has(name) ? edits.ThenSet(name, value)
        : edits with { Add = edits.Add.SetItem(name, edits.Add.TryGetValue(name, out string? first) ? $"{first}, {value}" : value) };

    private static bool Has(this ImmutableArray<string> names, string name) =>
        names.Contains(name, StringComparer.OrdinalIgnoreCase);

    private static ImmutableArray<string> Without(this ImmutableArray<string> names, string name) =>
        names.RemoveAll(other => other.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static bool IsEditable(string name, XdsField at)
    {
        Parsed<string> parsed = Texts.EditedHeader.Parse(name);
        if (parsed.State is not ParseState.Good)
        {
            at.Fault(Texts.EditedHeader.Complaint(name, parsed.Reason));
        }

        return parsed.State is ParseState.Good;
    }

    private static string? Value(string value, XdsField at)
    {
        string text = value.Replace("%%", "", StringComparison.Ordinal);
        Parsed<string> parsed = Texts.HeaderValue.Parse(value.Replace("%%", "%", StringComparison.Ordinal));
        if (text.Contains('%', StringComparison.Ordinal) || parsed.State is not ParseState.Good)
        {
            at["header"]["value"].Fault("Only a text is supported, without line breaks and variables; a % is written twice.");
            return null;
        }

        return parsed.Value;
    }

    private static Wire.HeaderValueOption Option(KeyValuePair<string, string> header, AppendAction action) => new()
    {
        Header = new() { Key = header.Key, Value = header.Value.Replace("%", "%%", StringComparison.Ordinal) },
        AppendAction = action, KeepEmptyValue = header.Value.Length == 0,
    };
}
