using Spectre.Console;

namespace Storefront;

/// <summary>Shows the figures as a table that is drawn anew in place.</summary>
internal static class LiveScreen
{
    // Above and below the rows of the table: its headings, the call that is refused, and what the figures are of.
    private const int Frame = 7;

    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(250);

    public static async Task ShowAsync(Scoreboard scoreboard, CancellationToken stop)
    {
        List<News> news = [];
        await AnsiConsole.Live(Text.Empty).StartAsync(async live =>
        {
            while (!stop.IsCancellationRequested)
            {
                news.AddRange(scoreboard.TakeNews());
                live.UpdateTarget(Draw(scoreboard.Rows(), scoreboard.ShortCut ?? "", news));
                await Task.Delay(s_period, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        });

        // There was no room for all of it.
        news.ForEach(Console.WriteLine);
    }

    private static Rows Draw(Row[] rows, string shortCut, List<News> news)
    {
        Table table = new Table().SimpleBorder();
        foreach ((int index, string heading) in Row.Headings.Index())
        {
            table.AddColumn(heading, column => column.NoWrap().PadLeft(0).PadRight(1).Alignment(index < 3 ? Justify.Left : Justify.Right));
        }

        foreach (Row row in rows)
        {
            table.AddRow([.. row.Cells().Select(cell => new Text(cell))]);
        }

        Profile screen = AnsiConsole.Profile;
        IReadOnlyList<string> told = News.Fit(news, screen.Width, screen.Height - rows.Length - Frame);
        return new Rows([table, new Text(Row.Refused(shortCut)), new Text(Row.Caption), .. told.Select(line => new Text(line))]);
    }
}
