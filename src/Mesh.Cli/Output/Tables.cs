using Spectre.Console;

namespace Mesh.Cli.Output;

/// <summary>Tables as this tool writes them: no lines, one row a thing.</summary>
internal static class Tables
{
    private const int Gap = 2;

    public static Table Of(params IEnumerable<string> headings)
    {
        Table table = new() { Border = TableBorder.None, ShowRowSeparators = false };
        foreach (string heading in headings)
        {
            table.AddColumn(
                new TableColumn(new Text(heading.ToUpperInvariant(), new Style(decoration: Decoration.Dim))).PadLeft(0).PadRight(Gap));
        }

        return table;
    }

    /// <summary>
    /// Writes rows that stay on one line each: where a screen is too narrow, the longest cells of some columns end with an ellipsis.
    /// </summary>
    /// <param name="console">Where to.</param>
    /// <param name="headings">Of the columns.</param>
    /// <param name="rows">The cells of each.</param>
    /// <param name="flexible">The columns that may be cut.</param>
    public static void WriteCut(IAnsiConsole console, string[] headings, IReadOnlyList<string?[]> rows, params int[] flexible)
    {
        int[] widths = [.. headings.Select((heading, column) => rows.Select(row => row[column]?.Length ?? 1).Append(heading.Length).Max())];
        while (widths.Sum(width => width + Gap) > console.Profile.Width)
        {
            int widest = flexible.MaxBy(column => widths[column]);
            if (widths[widest] <= headings[widest].Length)
            {
                break;
            }

            widths[widest]--;
        }

        Table table = Of(headings);
        foreach (string?[] row in rows)
        {
            table.Add(row.Select((cell, column) => cell?.Length > widths[column] ? $"{cell[..(widths[column] - 1)]}…" : cell));
        }

        console.Write(table);
    }

    /// <summary>Adds a row; cells are text as it stands.</summary>
    public static void Add(this Table table, params IEnumerable<string?> cells) =>
        table.AddRow(cells.Select(cell => new Text(cell ?? "-")));
}
