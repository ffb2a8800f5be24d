using System.Globalization;
using System.Text.RegularExpressions;

namespace Mesh.Model;

/// <summary>A test of one value, such as a header's: one of the forms, each as <see cref="Kind"/> says.</summary>
internal sealed record ValueMatch
{
    public required ValueMatchKind Kind { get; init; }

    /// <summary>The text to compare with, for the kinds that compare text.</summary>
    public string Text { get; init; } = "";

    /// <summary>Matches the whole value.</summary>
    public Regex? Regex { get; init; }

    /// <summary>First number of the range.</summary>
    public long Start { get; init; }

    /// <summary>First number past the range.</summary>
    public long End { get; init; }

    public bool IgnoreCase { get; init; }

    public bool Invert { get; init; }

    /// <summary>
    /// Whether it passes where there is no value, <see cref="Invert"/> included. Null: as <see cref="Kind"/> says. xDS has tests of
    /// which an inverted one needs a value all the same, and such as take none for the empty text.
    /// </summary>
    public bool? PassesForNone { get; init; }

    /// <summary>Whether a value, or its absence (null), passes.</summary>
    public bool Matches(string? value) => value is null ? MatchesNone() : Holds(value) != Invert;

    /// <summary>Whether it passes where there is no value.</summary>
    public bool MatchesNone() => PassesForNone ?? ((Kind is ValueMatchKind.Absent) != Invert);

    /// <summary>Whether the test holds for a value, before <see cref="Invert"/>.</summary>
    public bool Holds(ReadOnlySpan<char> value) => Kind switch
    {
        ValueMatchKind.Present => true,
        ValueMatchKind.Absent => false,
        ValueMatchKind.Exact => value.Equals(Text, Comparison),
        ValueMatchKind.Prefix => value.StartsWith(Text, Comparison),
        ValueMatchKind.Suffix => value.EndsWith(Text, Comparison),
        ValueMatchKind.Contains => value.Contains(Text, Comparison),
        ValueMatchKind.Regex => Regex!.IsMatch(value),
        ValueMatchKind.Range => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            && number >= Start && number < End,
        _ => throw new InvalidOperationException($"No test is defined for the value match '{Kind}'."),
    };

    private StringComparison Comparison => IgnoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
}

/// <summary>The forms of a value match.</summary>
internal enum ValueMatchKind
{
    Exact,
    Prefix,
    Suffix,
    Contains,
    Regex,
    Range,
    Present,
    Absent,
}
