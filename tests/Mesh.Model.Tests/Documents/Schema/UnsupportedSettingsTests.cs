using Mesh.Model.Documents;

namespace Mesh.Model.Tests.Documents;

/// <summary>What is known but does not work yet: a fault, never ignored.</summary>
public sealed class UnsupportedSettingsTests
{
    public static TheoryData<string> Paths { get; } = [.. Unsupported(MeshSchema.Section, "")];

    [Fact]
    public void The_settings_that_do_not_work_yet_are_these() => Assert.Equal(
        """
        Services:name:Endpoints:0:Region
        Services:name:Endpoints:0:SubZone
        Services:name:Endpoints:0:Zone
        """.Split('\n').Order(StringComparer.Ordinal), Paths.Select(row => row.Data).Where(path => !path.StartsWith("Defaults:", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    [Fact]
    public void Of_the_defaults_those_do_not_that_do_not_for_a_service() => Assert.Equal(
        Unsupported(ServiceSchema.Section.Without("Hosts", "Endpoints", "Subsets", "Routes"), "Defaults:"),
        Paths.Select(row => row.Data).Where(path => path.StartsWith("Defaults:", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_setting_that_does_not_work_yet_is_a_fault_whatever_it_says(string path)
    {
        foreach (string value in (string[])["\"x\"", "{\"a\": 1}", "null", "[]", "true"])
        {
            DocumentResult<MeshSettings> result = Doc.Read(Doc.Nest(path, value));

            Assert.Null(result.Value);
            DocumentFault fault = Assert.Single(result.Faults, fault => fault.Path == $"Mesh:{path}");
            Assert.Equal("This setting is known, not supported yet. Remove it until it is.", fault.Message);
        }
    }

    [Fact]
    public void UnknownSettings_Warn_does_not_soften_it()
    {
        DocumentResult<MeshSettings> result = Doc.Read("""{ "UnknownSettings": "Warn", "Services": { "catalog": { "Endpoints": [ { "Address": "a:1", "Zone": "a" } ] } } }""");

        Assert.Null(result.Value);
        Assert.Empty(result.Warnings);
    }

    /// <summary>The outermost settings that are not supported, as one would write them.</summary>
    private static IEnumerable<string> Unsupported(Shape shape, string path) => shape.Settings.SelectMany(setting =>
        setting.IsSupported
            ? Unsupported(setting.Shape, path + setting.Name + Step(setting.Shape))
            : (IEnumerable<string>)[path + setting.Name]);

    private static string Step(Shape shape) => shape.Step switch
    {
        ":{n or name}" or ":{n}" => ":0:",
        ":{name}" => ":name:",
        _ => ":",
    };
}
