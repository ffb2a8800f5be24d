using Spectre.Console;
using Spectre.Console.Rendering;

namespace Storefront;

/// <summary>Shows the figures as a table that is drawn anew in place.</summary>
internal static class LiveScreen
{
    private const int NewsShown = 3;

    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(250);

    public static Task ShowAsync(Scoreboard scoreboard, CancellationToken stop) =>
        AnsiConsole.Live(Text.Empty).StartAsync(async live =>
        {
            List<string> news = [];
            while (!stop.IsCancellationRequested)
            {
                news.AddRange(scoreboard.TakeNews());
                live.UpdateTarget(Draw(scoreboard.Rows(), news.TakeLast(NewsShown)));
                await Task.Delay(s_period, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        });

    private static Rows Draw(IEnumerable<Row> rows, IEnumerable<string> news)
    {
        Table table = new Table().SimpleBorder();
        foreach ((int index, string heading) in Row.Headings.Index())
        {
            table.AddColumn(heading, column => column.NoWrap().PadLeft(0).PadRight(1).Alignment(index < 2 ? Justify.Left : Justify.Right));
        }

        foreach (Row row in rows)
        {
            table.AddRow([.. row.Cells().Select(cell => new Text(cell))]);
        }

        return new Rows([table, .. news.Select(line => new Text(line)).Cast<IRenderable>()]);
    }
}
