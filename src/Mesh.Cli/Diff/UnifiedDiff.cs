namespace Mesh.Cli.Diff;

/// <summary>Differences of two texts with some lines around them, as <c>diff -u</c> writes them.</summary>
internal static class UnifiedDiff
{
    private const int LinesAround = 3;

    /// <summary>Empty: there are none.</summary>
    public static IReadOnlyList<string> Of(string beforeName, string before, string afterName, string after)
    {
        IReadOnlyList<(LineChange Change, string Line)> lines = LineDiff.Compare(Lines(before), Lines(after));
        List<string> output = [];
        int next = 0;
        while (FirstChange(lines, next) is >= 0 and var change)
        {
            if (output.Count == 0)
            {
                output.AddRange([$"--- {beforeName}", $"+++ {afterName}"]);
            }

            int from = Math.Max(next, change - LinesAround);
            next = End(lines, change);
            output.Add($"@@ -{Range(lines, from, next, LineChange.Added)} +{Range(lines, from, next, LineChange.Removed)} @@");
            output.AddRange(lines.Take(next).Skip(from).Select(Written));
        }

        return output;
    }

    // A part ends where so many lines are the same that the next part's own would not touch it.
    private static int End(IReadOnlyList<(LineChange Change, string Line)> lines, int change)
    {
        int last = change;
        while (FirstChange(lines, last + 1) is >= 0 and var following && following - last <= 2 * LinesAround)
        {
            last = following;
        }

        return Math.Min(lines.Count, last + 1 + LinesAround);
    }

    private static int FirstChange(IReadOnlyList<(LineChange Change, string Line)> lines, int from)
    {
        for (int i = from; i < lines.Count; i++)
        {
            if (lines[i].Change != LineChange.Same)
            {
                return i;
            }
        }

        return -1;
    }

    private static string Range(IReadOnlyList<(LineChange Change, string Line)> lines, int from, int to, LineChange without)
    {
        int before = lines.Take(from).Count(line => line.Change != without);
        int count = lines.Take(to).Skip(from).Count(line => line.Change != without);
        return $"{(count == 0 ? before : before + 1)},{count}";
    }

    private static string Written((LineChange Change, string Line) line) => line.Change switch
    {
        LineChange.Removed => "-" + line.Line,
        LineChange.Added => "+" + line.Line,
        _ => " " + line.Line,
    };

    private static string[] Lines(string text) => text.Length == 0 ? [] : text.TrimEnd('\n').Split('\n');
}
