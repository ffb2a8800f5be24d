using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Mesh.Client.Telemetry;
using Mesh.Client.Tests.Infrastructure;
using Mesh.Model.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mesh.Client.Tests.Documentation;

/// <summary>docs/telemetry.md shows the table by which the instruments are made.</summary>
public sealed partial class InstrumentTableTests
{
    /// <summary>Set to have the table written anew instead of compared.</summary>
    private const string Update = "MESH_UPDATE_DOCS";

    private static readonly string s_page = Path.Combine(Repository.Root, "docs", "telemetry.md");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_page_shows_what_the_table_says()
    {
        string before = (await File.ReadAllTextAsync(s_page, Cancel)).ReplaceLineEndings("\n");
        string after = Table().Replace(before, match => match.Groups[1].Value + Render());
        if (Environment.GetEnvironmentVariable(Update) == "1")
        {
            await File.WriteAllTextAsync(s_page, after, Cancel);
            before = after;
        }

        Assert.Matches(Table(), before);
        Assert.True(after == before, $"docs/telemetry.md is not what the table of instruments says. Run this test with {Update}=1 to write it.");
    }

    [Fact]
    public async Task Every_attribute_is_explained()
    {
        string page = await File.ReadAllTextAsync(s_page, Cancel);

        Assert.All(MeshInstruments.All.SelectMany(row => row.Attributes).Distinct(), attribute =>
            Assert.Contains($"\n| `{attribute}` | ", page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_instruments_are_those_of_the_table()
    {
        await using TestMesh mesh = await TestMesh.StartAsync("{}", builder => builder.AddServiceMesh(both => both.AddInbound()));
        IMeterFactory meters = mesh.Services.GetRequiredService<IMeterFactory>();
        List<string> published = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Scope == meters && instrument.Meter.Name == MeshTelemetry.Name)
            {
                published.Add($"{instrument.Name} {KindOf(instrument)} {instrument.Unit} {instrument.Description}");
            }
        };
        listener.Start();

        Assert.Equal(MeshInstruments.All.Except(MeshInstruments.Inbound).Select(row => $"{row.Name} {row.Kind} {row.Unit} {row.Description}").Order(), published.Order());
    }

    [Fact]
    public void No_page_names_an_instrument_that_there_is_not()
    {
        HashSet<string> names = [.. MeshInstruments.All.Select(row => row.Name)];

        Assert.All(MarkdownBlock.Pages, page => Assert.All(
            Name().Matches(File.ReadAllText(page)), match => Assert.True(names.Contains(match.Value), $"{page}: {match.Value}")));
    }

    private static string Render() =>
        "| instrument | kind | unit | what | attributes |\n|---|---|---|---|---|\n" + string.Concat(MeshInstruments.All.Select(row =>
            $"| `{row.Name}` | {row.Kind} | `{row.Unit}` | {row.Description} | {string.Join(", ", row.Attributes.Select(attribute => $"`{attribute}`"))} |\n"));

    private static string KindOf(Instrument instrument) => instrument switch
    {
        Histogram<double> => "histogram",
        Counter<long> => "counter",
        ObservableGauge<double> => "gauge",
        UpDownCounter<long> or ObservableUpDownCounter<long> => "up-down counter",
        _ => instrument.GetType().Name,
    };

    /// <summary>The lines of the table behind its heading.</summary>
    [GeneratedRegex(@"(^## Instruments\n(?:[^|\n].*\n|\n)*)(?:\|.*\n)+", RegexOptions.Multiline)]
    private static partial Regex Table();

    [GeneratedRegex(@"mesh\.client\.[a-z_.]*[a-z]")]
    private static partial Regex Name();
}
