using System.Globalization;

namespace Mesh.Model.Documents;

/// <summary>
/// Counts the copies that repetitions inside repetitions unroll to. The engine without backtracking is linear in the input, but it
/// makes its states from these copies as it goes: four times <c>(a{0,10}){0,10}</c> in a loop took it a minute for 200 letters.
/// </summary>
internal sealed class Repetitions
{
    /// <summary>Copies in each open group; an unmatched bracket must not do harm.</summary>
    private readonly Stack<long> _groups = new([0]);

    /// <summary>Copies in what a quantifier would repeat.</summary>
    private long _last;
    private long _most;

    /// <summary>The most copies within one repetition; 0 when no counted repetition is inside another.</summary>
    public static long MostCopies(string pattern)
    {
        var repetitions = new Repetitions();
        for (int i = 0; i < pattern.Length; i++)
        {
            i = repetitions.Take(pattern, i);
        }

        return repetitions._most;
    }

    /// <summary>Takes the token that starts here. Returns where it ends.</summary>
    private int Take(string pattern, int i)
    {
        switch (pattern[i])
        {
            case '(' when string.CompareOrdinal(pattern, i, "(?#", 0, 3) == 0:
                return EndOf(pattern, ')', i);
            case '(':
                _groups.Push(_last = 0);
                return i;
            case ')':
                _last = _groups.TryPop(out long copies) ? copies : 0;
                _groups.Push((_groups.TryPop(out long outer) ? outer : 0) + _last);
                return i;
            case '*' or '+':
                Repeat(1);
                return i;
            case '{' when CountAt(pattern, i) is { } count:
                Repeat(count);
                return EndOf(pattern, '}', i);
            case '?':
                return i;
            default:
                _last = 0;
                return pattern[i] switch { '\\' => i + 1, '[' => EndOfSet(pattern, i), _ => i };
        }
    }

    private void Repeat(int count)
    {
        long copies = Math.Min(count > 1 ? count * Math.Max(1, _last) : _last, int.MaxValue);
        _most = _last > 0 ? Math.Max(_most, copies) : _most;
        _groups.Push((_groups.TryPop(out long others) ? others : 0) - _last + copies);
        _last = copies;
    }

    /// <summary>The greater number in <c>{n}</c>, <c>{n,}</c> or <c>{n,m}</c>; null when the brace is a letter like others.</summary>
    private static int? CountAt(string pattern, int i)
    {
        string[] bounds = pattern[(i + 1)..EndOf(pattern, '}', i)].Split(',');
        string greater = bounds.Length == 2 && bounds[1].Length > 0 ? bounds[1] : bounds[0];
        return bounds.Length <= 2 && int.TryParse(greater, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            ? count : null;
    }

    private static int EndOf(string pattern, char last, int i) =>
        pattern.IndexOf(last, i) is >= 0 and int end ? end : pattern.Length;

    /// <summary>A set ends at its bracket: not at an escaped one, not at one that comes first, nor at that of a set taken from it.</summary>
    private static int EndOfSet(string pattern, int i)
    {
        int first = i + 1 < pattern.Length && pattern[i + 1] == '^' ? i + 2 : i + 1;
        int end = first;
        while (end < pattern.Length && (pattern[end] != ']' || end == first))
        {
            int next = AfterLetter(pattern, end);
            bool isDash = pattern[end] == '-' && end > first;
            bool isRange = !isDash && Is(pattern, next, '-') && !Is(pattern, next + 1, ']');
            int operand = isRange ? next + 1 : next;
            end = (isDash || isRange) && Is(pattern, operand, '[') ? EndOfSet(pattern, operand) + 1
                : isRange ? AfterLetter(pattern, operand)
                : next;
        }

        return end;
    }

    private static int AfterLetter(string pattern, int i) => Is(pattern, i, '\\') ? i + 2 : i + 1;

    private static bool Is(string pattern, int i, char letter) => i < pattern.Length && pattern[i] == letter;
}
