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

    public static HeaderChanges Decode(
        RepeatedField<Wire.HeaderValueOption> options, RepeatedField<string> removed, XdsField at, string kind)
    {
        ImmutableArray<(string Name, string Value)>.Builder set = ImmutableArray.CreateBuilder<(string Name, string Value)>();
        ImmutableArray<(string Name, string Value)>.Builder added = ImmutableArray.CreateBuilder<(string Name, string Value)>();
        for (int i = 0; i < options.Count; i++)
        {
            Wire.HeaderValueOption option = options[i];
            XdsField optionAt = at[$"{kind}_headers_to_add", i];
            string name = option.Header?.Key ?? "";
            string? value = Value(option.Header ?? new(), optionAt["header"]);
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
                    set.Add((name, value));
                    break;
                default:
                    optionAt["append_action"].Fault("Only APPEND_IF_EXISTS_OR_ADD and OVERWRITE_IF_EXISTS_OR_ADD are supported.");
                    break;
            }
        }

        return new(
            [.. removed.Where((name, i) => IsEditable(name, at[$"{kind}_headers_to_remove", i]))], set.ToImmutable(), added.ToImmutable());
    }

    private static bool IsEditable(string name, XdsField at)
    {
        Parsed<string> parsed = Texts.EditedHeader.Parse(name);
        if (parsed.State is not ParseState.Good)
        {
            at.Fault(Texts.EditedHeader.Complaint(name, parsed.Reason));
        }

        return parsed.State is ParseState.Good;
    }

    private static string? Value(Wire.HeaderValue header, XdsField at)
    {
        at.Refuse("raw_value", !header.RawValue.IsEmpty);
        string text = header.Value.Replace("%%", "", StringComparison.Ordinal);
        Parsed<string> parsed = Texts.HeaderValue.Parse(header.Value.Replace("%%", "%", StringComparison.Ordinal));
        if (text.Contains('%', StringComparison.Ordinal) || parsed.State is not ParseState.Good)
        {
            at["value"].Fault("Only a text is supported, without line breaks and variables; a % is written twice.");
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
