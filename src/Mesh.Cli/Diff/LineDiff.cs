namespace Mesh.Cli.Diff;

/// <summary>What became of a line.</summary>
internal enum LineChange
{
    Same,
    Removed,
    Added,
}

/// <summary>The lines of two texts side by side, by their longest common subsequence.</summary>
internal static class LineDiff
{
    // Beyond it a table of all pairs costs more than a reader gets out of it: what differs is shown as replaced.
    private const long LargestTable = 16_000_000;

    public static IReadOnlyList<(LineChange Change, string Line)> Compare(string[] before, string[] after)
    {
        int head = before.Zip(after).TakeWhile(pair => pair.First == pair.Second).Count();
        int most = Math.Min(before.Length, after.Length) - head;
        int tail = before.Reverse().Zip(after.Reverse()).Take(most).TakeWhile(pair => pair.First == pair.Second).Count();
        return
        [
            .. before[..head].Select(Same),
            .. Middle(before[head..^tail], after[head..^tail]),
            .. before[^tail..].Select(Same),
        ];
    }

    private static IEnumerable<(LineChange Change, string Line)> Middle(string[] before, string[] after)
    {
        if ((long)before.Length * after.Length > LargestTable)
        {
            return [.. before.Select(line => (LineChange.Removed, line)), .. after.Select(line => (LineChange.Added, line))];
        }

        // common[i, j]: how many lines the rests from i and from j have in common.
        int[,] common = new int[before.Length + 1, after.Length + 1];
        for (int i = before.Length - 1; i >= 0; i--)
        {
            for (int j = after.Length - 1; j >= 0; j--)
            {
                common[i, j] = before[i] == after[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        return Walk(before, after, common);
    }

    private static IEnumerable<(LineChange Change, string Line)> Walk(string[] before, string[] after, int[,] common)
    {
        int i = 0;
        int j = 0;
        while (i < before.Length || j < after.Length)
        {
            if (i < before.Length && j < after.Length && before[i] == after[j])
            {
                j++;
                yield return Same(before[i++]);
            }
            else if (j == after.Length || (i < before.Length && common[i + 1, j] >= common[i, j + 1]))
            {
                yield return (LineChange.Removed, before[i++]);
            }
            else
            {
                yield return (LineChange.Added, after[j++]);
            }
        }
    }

    private static (LineChange Change, string Line) Same(string line) => (LineChange.Same, line);
}
