namespace Storefront;

/// <summary>Writes the figures as lines of text, once a second: for logs and pipes.</summary>
internal static class PlainScreen
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(1);
    private static readonly int[] s_widths = [-8, -8, -13, 7, 9, 8, 8, 7, 9, 11];

    public static async Task ShowAsync(Scoreboard scoreboard, CancellationToken stop)
    {
        Console.WriteLine(Row.Caption);
        Console.WriteLine(Line(Row.Headings));
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(s_period, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (News news in scoreboard.TakeNews())
            {
                Console.WriteLine(news);
            }

            foreach (Row row in scoreboard.Rows())
            {
                Console.WriteLine(Line(row.Cells()));
            }

            if (scoreboard.ShortCut is { } shortCut)
            {
                Console.WriteLine(Row.Refused(shortCut));
            }
        }
    }

    private static string Line(IEnumerable<string> cells) =>
        string.Concat(cells.Zip(s_widths, (cell, width) => width < 0 ? cell.PadRight(-width) : cell.PadLeft(width)));
}
