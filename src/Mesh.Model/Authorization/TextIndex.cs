namespace Mesh.Model.Authorization;

/// <summary>
/// Finds rules by what a text of the call is, begins with, or ends with. As many look-ups as there are different lengths of words, however
/// many words there are.
/// </summary>
internal sealed class TextIndex
{
    private readonly CallText _text;
    private readonly bool _isWide;
    private readonly RuleBucket _all;
    private readonly Dictionary<string, RuleBucket>.AlternateLookup<ReadOnlySpan<char>>[] _byForm;
    private readonly int[][] _lengths;

    public TextIndex(CallText text, bool isWide, IReadOnlyList<(Word Word, int Ordinal, RuleTest Test)> rules)
    {
        (_text, _isWide) = (text, isWide);
        _all = new RuleBucket(rules.Select(rule => (rule.Ordinal, rule.Test)));
        StringComparer comparer = StringComparer.FromComparison(CallTexts.Comparison(text, isWide));
        WordForm[] forms = [WordForm.Exact, WordForm.Prefix, WordForm.Suffix];
        _byForm =
        [
            .. forms.Select(form => rules.Where(rule => rule.Word.Form == form)
                .GroupBy(rule => rule.Word.Text, rule => (rule.Ordinal, rule.Test), comparer)
                .ToDictionary(group => group.Key, group => new RuleBucket(group), comparer)
                .GetAlternateLookup<ReadOnlySpan<char>>()),
        ];
        _lengths = [.. _byForm.Select(words => words.Dictionary.Keys.Select(word => word.Length).Distinct().Order().ToArray())];
    }

    public void Find(in CallFacts facts, ref int best)
    {
        if (!CallTexts.TryRead(facts, _text, _isWide, out ReadOnlySpan<char> value))
        {
            // Under a narrow rule nothing that is not known holds.
            if (_isWide)
            {
                _all.Find(facts, ref best);
            }

            return;
        }

        if (_lengths[(int)WordForm.Exact].Contains(value.Length))
        {
            Find(WordForm.Exact, value, facts, ref best);
        }

        foreach (int length in _lengths[(int)WordForm.Prefix])
        {
            if (length > value.Length)
            {
                break;
            }

            Find(WordForm.Prefix, value[..length], facts, ref best);
        }

        foreach (int length in _lengths[(int)WordForm.Suffix])
        {
            if (length > value.Length)
            {
                break;
            }

            Find(WordForm.Suffix, value[^length..], facts, ref best);
        }
    }

    private void Find(WordForm form, ReadOnlySpan<char> word, in CallFacts facts, ref int best)
    {
        if (_byForm[(int)form].TryGetValue(word, out RuleBucket? bucket))
        {
            bucket.Find(facts, ref best);
        }
    }
}
