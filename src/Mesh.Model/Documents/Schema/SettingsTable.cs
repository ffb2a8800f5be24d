using System.Text;

namespace Mesh.Model.Documents;

/// <summary>The table of settings for people to read.</summary>
internal sealed class SettingsTable
{
    private readonly StringBuilder _page = new();

    /// <summary>Where the settings of a section are written down already, for a section may be used in several places.</summary>
    private readonly Dictionary<IReadOnlyList<Setting>, string> _places = [];

    /// <summary>The whole page docs/settings.md.</summary>
    public static string Render()
    {
        var table = new SettingsTable();
        table._page.Append("""
            # Settings

            All settings of the `Mesh` section, made from the same table by which they are read. Keys may be written in any case.
            `{n}` is a place in a list, from 0; `{name}` is a name of your own.
            What is not supported yet is a fault at start-up, never ignored.

            The package has the same table as a JSON schema, `ConfigurationSchema.json`: editors that take schemas from packages know the settings
            as soon as the package is referenced. A schema sees less than the reader: how values must agree, it leaves to the start. And it knows
            keys and words only in the case in which they stand here.

            """);
        table.AppendSection("Mesh", MeshSchema.Section, supported: true);
        return table._page.ToString();
    }

    private void AppendSection(string path, Shape shape, bool supported)
    {
        _places.Add(shape.Settings, path);
        _page.Append($"\n## `{path}`\n\n");
        _page.Append(shape.Notes.Count == 0 ? "" : $"{string.Join(' ', shape.Notes)}\n\n");
        _page.Append("| setting | values | default | meaning | supported |\n|---|---|---|---|---|\n");
        foreach (Setting setting in shape.Settings)
        {
            // What does not work yet cannot be what holds when nothing is said.
            bool works = supported && setting.IsSupported;
            string standard = works && setting.Default is { Length: > 0 } value ? $"`{value}`" : "";
            string support = works ? "yes" : "not yet";
            _page.Append($"| `{setting.Name}` | {Escape(setting.Shape.Allowed)} | {standard} | {Escape(setting.Doc)} | {support} |\n");
        }

        // What works comes first, so that a shared section is described where it works.
        IEnumerable<Setting> sections = shape.Settings.Where(setting => setting.Shape.Settings.Count > 0);
        foreach (Setting setting in sections.OrderByDescending(setting => setting.IsSupported))
        {
            string inner = $"{path}:{setting.Name}{setting.Shape.Step}";
            if (_places.TryGetValue(setting.Shape.Settings, out string? place))
            {
                _page.Append($"\n## `{inner}`\n\nThe settings of `{place}`.\n");
            }
            else
            {
                AppendSection(inner, setting.Shape, supported && setting.IsSupported);
            }
        }
    }

    private static string Escape(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
