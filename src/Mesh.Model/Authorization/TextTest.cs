namespace Mesh.Model.Authorization;

/// <summary>Whether a text of the call is one of some words.</summary>
internal sealed class TextTest(CallText text, IEnumerable<string> words, bool isWide) : CallTest
{
    private readonly (CallText Text, Word Word, StringComparison Comparison)[] _words =
        [.. Words.Of(text, words, isWide).Select(entry => (entry.Text, entry.Word, CallTexts.Comparison(entry.Text, isWide)))];

    public override string Wanted { get; } = string.Join(", ", words);

    public override bool Holds(in CallFacts facts)
    {
        foreach ((CallText read, Word word, StringComparison comparison) in _words)
        {
            if (!CallTexts.TryRead(facts, read, isWide, out ReadOnlySpan<char> value))
            {
                return isWide;
            }

            if (word.Matches(value, comparison))
            {
                return true;
            }
        }

        return false;
    }

    public override string Found(in CallFacts facts) => FactWords.Of(text, CallTexts.Whole(facts, text));
}
