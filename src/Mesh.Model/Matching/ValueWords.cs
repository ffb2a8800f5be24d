using System.Globalization;
using Mesh.Model.Documents;

namespace Mesh.Model.Matching;

/// <summary>Value matches in words.</summary>
internal static class ValueWords
{
    public static string Of(ValueMatch match)
    {
        string test = match.Kind switch
        {
            ValueMatchKind.Exact => $"exactly '{match.Text}'",
            ValueMatchKind.Prefix => $"a value that starts with '{match.Text}'",
            ValueMatchKind.Suffix => $"a value that ends with '{match.Text}'",
            ValueMatchKind.Contains => $"a value that contains '{match.Text}'",
            ValueMatchKind.Regex => $"a value that matches the pattern {Patterns.Unframed(match.Regex!)}",
            ValueMatchKind.Range => string.Create(CultureInfo.InvariantCulture, $"a number from {match.Start} to below {match.End}"),
            ValueMatchKind.Present => "any value",
            ValueMatchKind.Absent => "none",
            _ => throw new InvalidOperationException($"No words are defined for the value match '{match.Kind}'."),
        };
        return $"{(match.Invert ? "anything but " : "")}{test}{(match.IgnoreCase ? " in any case" : "")}";
    }
}
