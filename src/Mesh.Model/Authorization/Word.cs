namespace Mesh.Model.Authorization;

/// <summary>A word of a policy, as Istio writes them: a text, <c>begin*</c>, <c>*end</c>, or <c>*</c>, which takes all but the empty text.</summary>
internal readonly record struct Word(WordForm Form, string Text)
{
    public static Word Of(string text) => text switch
    {
        "*" => new(WordForm.Any, ""),
        ['*', .. var end] => new(WordForm.Suffix, end),
        [.. var begin, '*'] => new(WordForm.Prefix, begin),
        _ => new(WordForm.Exact, text),
    };

    public bool Matches(ReadOnlySpan<char> value, StringComparison comparison) => Form switch
    {
        WordForm.Exact => value.Equals(Text, comparison),
        WordForm.Prefix => value.StartsWith(Text, comparison),
        WordForm.Suffix => value.EndsWith(Text, comparison),
        WordForm.Any => !value.IsEmpty,
        _ => throw new InvalidOperationException($"No comparison is defined for the word '{Form}'."),
    };
}
