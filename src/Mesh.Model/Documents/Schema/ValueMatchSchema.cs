using System.Text.RegularExpressions;

namespace Mesh.Model.Documents;

/// <summary>The settings of a value match: a text that must be equal, or an object with one test.</summary>
internal static class ValueMatchSchema
{
    private static readonly ValueMatch s_blank = new() { Kind = ValueMatchKind.Exact };

    private static readonly Section<(long? Start, long? End)> s_range = new(
        default,
        [Rule.AtLeastOne("Start"), Rule.AtLeastOne("End")],
        [
            new(
                ["Start", "End"],
                "End is above Start.",
                range => range.End <= range.Start ? "No number is in the range: End must be above Start." : null),
        ])
    {
        { "Start", "The first number.", Numbers.Long, range => range.Start, (range, v) => (v, range.End) },
        { "End", "The first number past it.", Numbers.Long, range => range.End, (range, v) => (range.Start, v) },
    };

    public static TextOr<ValueMatch> Shape { get; } = new(
        new Scalar<ValueMatch>("a text that must be equal", text => Exact(text), match => match.Text) { JsonTypes = Texts.Any.JsonTypes },
        new Section<ValueMatch>(
            s_blank,
            [Rule.ExactlyOne("Exact", "Prefix", "Suffix", "Contains", "Regex", "Present", "Range")],
            [
                new(
                    ["IgnoreCase", "Range", "Present"],
                    "IgnoreCase goes with what compares letters: not with Present or Range.",
                    match => match.IgnoreCase && !ComparesLetters(match.Kind)
                        ? "IgnoreCase means nothing here: no letters are compared." : null),
            ])
        {
            {
                "IgnoreCase", "Whether letters match in any case.",
                Choices.Flag, match => match.IgnoreCase, (match, v) => match with { IgnoreCase = v }
            },
            { "Invert", "Whether the test must fail.", Choices.Flag, match => match.Invert, (match, v) => match with { Invert = v } },
            Test("Exact", "The value is equal.", ValueMatchKind.Exact),
            Test("Prefix", "The value starts with it.", ValueMatchKind.Prefix),
            Test("Suffix", "The value ends with it.", ValueMatchKind.Suffix),
            Test("Contains", "The value has it somewhere.", ValueMatchKind.Contains),
            new RegexSetting { Name = "Regex", Doc = "A pattern for the whole value." },
            {
                "Present", "Whether there is a value at all. {} alone is short for true.", Choices.Flag,
                _ => null, (match, v) => match with { Kind = v ? ValueMatchKind.Present : ValueMatchKind.Absent }
            },
            {
                "Range", "The value is a whole number from Start, below End.", s_range,
                _ => null, (match, v) => match with { Kind = ValueMatchKind.Range, Start = v.Start ?? 0, End = v.End ?? 0 }
            },
        },
        empty: new ValueMatch { Kind = ValueMatchKind.Present });

    private static ValueMatch Exact(string text) => Of(s_blank, ValueMatchKind.Exact, text);

    /// <summary>A JSON boolean matches in any case: how configuration writes it is not how a header is written.</summary>
    private static ValueMatch Of(ValueMatch match, ValueMatchKind kind, string text) =>
        match with { Kind = kind, Text = text, IgnoreCase = match.IgnoreCase || Texts.IsJsonBoolean(text) };

    private static bool ComparesLetters(ValueMatchKind kind) =>
        kind is not (ValueMatchKind.Present or ValueMatchKind.Absent or ValueMatchKind.Range);

    private static Setting<ValueMatch, string> Test(string name, string doc, ValueMatchKind kind) =>
        new(Texts.Any, match => match.Text, (match, text) => Of(match, kind, text)) { Name = name, Doc = doc };

    /// <summary>IgnoreCase is part of how the pattern is compiled; it stands above in the table, so it is known here.</summary>
    private sealed class RegexSetting : Setting<ValueMatch>
    {
        public override Shape Shape => Patterns.Whole;

        protected override ValueMatch Apply(ValueMatch record, DocumentNode node, Reading reading)
        {
            Regex regex = (record.IgnoreCase ? Patterns.WholeInAnyCase : Patterns.Whole).Read(node, reading);
            return record with { Kind = ValueMatchKind.Regex, Regex = regex };
        }
    }
}
