using Spectre.Console;

namespace Mesh.Cli.Output;

/// <summary>Tables as this tool writes them: no lines, one row a thing.</summary>
internal static class Tables
{
    public static Table Of(params IEnumerable<string> headings)
    {
        Table table = new() { Border = TableBorder.None, ShowRowSeparators = false };
        foreach (string heading in headings)
        {
            table.AddColumn(
                new TableColumn(new Text(heading.ToUpperInvariant(), new Style(decoration: Decoration.Dim))).PadLeft(0).PadRight(2));
        }

        return table;
    }

    /// <summary>Adds a row; cells are text as it stands.</summary>
    public static void Add(this Table table, params IEnumerable<string?> cells) =>
        table.AddRow(cells.Select(cell => new Text(cell ?? "-")));
}
