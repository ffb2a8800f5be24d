using Microsoft.Extensions.Primitives;

namespace Mesh.Model.Authorization;

/// <summary>
/// Whether a header has one of some values. Narrowly, all its lines must; widely, a single part of one will do, for applications differ in
/// what they take from <c>a, b</c> and from two lines.
/// </summary>
internal sealed class HeaderTest(string name, IReadOnlyList<string> words, bool isWide) : CallTest
{
    private readonly Word[] _words = [.. words.Select(Word.Of)];
    private readonly bool _haveComma = words.Any(word => word.Contains(',', StringComparison.Ordinal));

    public override string Wanted { get; } = string.Join(", ", words);

    public override bool Holds(in CallFacts facts)
    {
        StringValues lines = facts.Header(name);
        if (isWide && lines.Count > 1 && _haveComma)
        {
            // Which of the ways to put lines together the application takes, and whether the word is in that, is not known.
            return true;
        }

        foreach (string? line in lines)
        {
            if ((IsWord(line) || (isWide && HasPart(line))) == isWide)
            {
                return isWide;
            }
        }

        return !isWide && lines.Count > 0;
    }

    public override string Found(in CallFacts facts) =>
        facts.Header(name) is { Count: > 0 } lines ? $"header {name} '{lines}'" : $"the absent header {name}";

    private bool HasPart(ReadOnlySpan<char> line)
    {
        foreach (Range part in line.Split(','))
        {
            if (IsWord(line[part].Trim()))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsWord(ReadOnlySpan<char> value)
    {
        StringComparison comparison = isWide ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        foreach (Word word in _words)
        {
            if (word.Matches(value, comparison))
            {
                return true;
            }
        }

        return false;
    }
}
