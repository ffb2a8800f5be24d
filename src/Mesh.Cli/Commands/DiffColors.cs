using Spectre.Console;

namespace Mesh.Cli.Commands;

/// <summary>Lines of a difference as one expects them on a screen.</summary>
internal static class DiffColors
{
    public static Style Of(string line) => line switch
    {
        ['-', '-', '-', ..] or ['+', '+', '+', ..] => new Style(decoration: Decoration.Bold),
        ['@', ..] => new Style(Color.Aqua),
        ['-', ..] => new Style(Color.Red),
        ['+', ..] => new Style(Color.Green),
        _ => Style.Plain,
    };
}
