using Mesh.Model.Documents;

namespace Mesh.Model.Tests.Documents;

public sealed class SettingsTableTests
{
    /// <summary>Set to have the page written anew instead of compared.</summary>
    private const string Update = "MESH_UPDATE_DOCS";

    [Fact]
    public async Task The_page_is_what_the_table_says()
    {
        string path = Path.Combine(Repository.Root, "docs", "settings.md");
        string page = SettingsTable.Render();
        if (Environment.GetEnvironmentVariable(Update) == "1")
        {
            await File.WriteAllTextAsync(path, page, TestContext.Current.CancellationToken);
        }

        string written = (await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).ReplaceLineEndings("\n");
        Assert.True(page == written, $"docs/settings.md is not what the table of settings says. Run this test with {Update}=1 to write it.");
    }

    [Theory]
    [InlineData("| `Attempts` | a whole number from 0 to 10 | `1` | Sends after the first; 0 turns retries off. | yes |")]
    [InlineData("| `Path` | a path that starts with '/', percent-encoded, without query and fragment |  | The path, letter by letter. | yes |")]
    [InlineData("| `JoinToken` | a line of text |  | The secret that lets a process join, as `mesh token create` writes it. | yes |")]
    [InlineData("| `Policy` | one of PeakEwma, RoundRobin, Random, LeastRequest | `PeakEwma` | The load balancer. | yes |")]
    public void A_row_says_where_what_and_whether(string row) => Assert.Contains(row, SettingsTable.Render().Split('\n'));

    [Theory]
    [InlineData("Only one of To, Redirect, DirectResponse. Timeout is not shorter than Retry:PerTryTimeout. With Rewrite:ReplacePrefixMatch every Match has a PathPrefix. With Redirect:ReplacePrefixMatch every Match has a PathPrefix.")]
    [InlineData("Only one of Path, PathPrefix, PathRegex, Grpc. Only one of Methods, Grpc.")]
    [InlineData("Exactly one of Exact, Prefix, Suffix, Contains, Regex, Present, Range. IgnoreCase goes with what compares letters: not with Present or Range.")]
    [InlineData("Start is required. End is required. End is above Start.")]
    [InlineData("Address is required.", 2)]
    [InlineData("At least one of Version, Labels.")]
    [InlineData("MaxInterval is not shorter than BaseInterval.")]
    public void A_section_says_how_its_settings_go_together(string line, int sections = 1) =>
        Assert.Equal(sections, SettingsTable.Render().Split('\n').Count(other => other == line));

    [Theory]
    [InlineData("| `Zone` | a line of text |  | A part of the region. | not yet |")]
    public void What_is_not_supported_is_no_default(string row) => Assert.Contains(row, SettingsTable.Render().Split('\n'));

    [Theory]
    [InlineData("## `Mesh:Services:{name}:Routes:{n or name}:Match[:{n}]:Headers:{name}`")]
    [InlineData("## `Mesh:Services:{name}:RetryBudget`")]
    [InlineData("The settings of `Mesh:Defaults:RetryBudget`.")]
    public void A_section_has_its_path_for_a_heading(string line) => Assert.Single(SettingsTable.Render().Split('\n'), line);

    [Fact]
    public void Every_setting_has_a_sentence_of_its_own() => Assert.All(All(MeshSchema.Section), setting =>
    {
        Assert.EndsWith(".", setting.Doc, StringComparison.Ordinal);
        Assert.True(char.IsUpper(setting.Doc[0]));
    });

    private static IEnumerable<Setting> All(Shape shape) => shape.Settings.SelectMany(setting => All(setting.Shape).Prepend(setting));
}
