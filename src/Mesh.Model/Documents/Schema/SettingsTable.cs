using System.Text;

namespace Mesh.Model.Documents;

/// <summary>The table of settings for people to read.</summary>
internal static class SettingsTable
{
    /// <summary>The whole page docs/settings.md.</summary>
    public static string Render()
    {
        var page = new StringBuilder();
        page.Append("""
            # Settings

            All settings of the `Mesh` section, made from the same table by which they are read. Keys are written in any case.
            `{n}` is a place in a list, from 0; `{name}` a name of your own.
            What is not supported yet is a fault at start-up, never ignored.

            | setting | values | default | meaning | supported |
            |---|---|---|---|---|

            """);
        AppendRows(page, MeshSchema.Section, "Mesh:", supported: true);
        return page.ToString();
    }

    private static void AppendRows(StringBuilder page, Shape shape, string path, bool supported)
    {
        foreach (Setting setting in shape.Settings)
        {
            bool works = supported && setting.IsSupported;
            string cell = setting.Default is { } value ? $"`{value}`" : "";
            string full = path + setting.Name;
            string support = works ? "yes" : "not yet";
            page.Append($"| `{full}` | {Escape(setting.Shape.Allowed)} | {cell} | {Escape(setting.Doc)} | {support} |\n");
            AppendRows(page, setting.Shape, full + setting.Shape.Step, works);
        }
    }

    private static string Escape(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
