namespace Mesh.Benchmarks.Reporting;

/// <summary>Columns as wide as their content: the first to the left, numbers to the right.</summary>
internal sealed class TextTable(string[] headings)
{
    private readonly List<string[]> _rows = [headings];

    public void Add(string[] row) => _rows.Add(row);

    public void Write(TextWriter output)
    {
        int[] widths = [.. headings.Select((_, column) => _rows.Max(row => row[column].Length))];
        foreach (string[] row in _rows)
        {
            output.WriteLine(string.Join("  ", row.Select((cell, i) => i == 0 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))).TrimEnd());
            if (row == headings)
            {
                output.WriteLine(string.Join("  ", widths.Select(width => new string('-', width))));
            }
        }
    }
}
