using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using CsCheck;
using Json.Schema;
using Mesh.Model.Documents;

namespace Mesh.Model.Tests.Documents;

/// <summary>The schema that makes editors know the settings.</summary>
public sealed class EditorSchemaTests
{
    /// <summary>Set to have the file written anew instead of compared.</summary>
    private const string Update = "MESH_UPDATE_DOCS";

    private static readonly string s_client = Path.Combine(Repository.Root, "src", "Mesh.Client");
    private static readonly JsonDocumentOptions s_comments = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };
    private static readonly JsonSchema s_schema = JsonSchema.FromText(EditorSchema.Render());

    /// <summary>Good to the reader, but not spelt as documented: an editor may complain.</summary>
    private static readonly string[] s_oddlySpelt = ["\"warn\"", "\"roundrobin\"", "[\"5xx\", \"RESET\"]"];

    /// <summary>Path and JSON value of what the reader takes.</summary>
    public static TheoryData<string, string> Good { get; } =
        [.. SupportedSettingsTests.Good.Select(row => row.Data).Where(row => !s_oddlySpelt.Contains(row.Item2)).Select(row => (row.Item1, row.Item2))];

    [Fact]
    public async Task The_file_is_what_the_table_says()
    {
        string path = Path.Combine(s_client, "ConfigurationSchema.json");
        string schema = EditorSchema.Render();
        if (Environment.GetEnvironmentVariable(Update) == "1")
        {
            await File.WriteAllTextAsync(path, schema, TestContext.Current.CancellationToken);
        }

        string written = (await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).ReplaceLineEndings("\n");
        Assert.True(schema == written, $"ConfigurationSchema.json is not what the table of settings says. Run this test with {Update}=1 to write it.");
    }

    [Fact]
    public void It_is_a_schema() => Assert.True(MetaSchemas.Draft7.Evaluate(JsonElement.Parse(EditorSchema.Render())).IsValid);

    [Theory]
    [MemberData(nameof(Good))]
    public void What_the_reader_takes_is_valid(string path, string value) => Assert.True(IsValid(Doc.Nest(path, value)));

    [Fact]
    public void Generated_settings_are_valid() =>
        SettingsGenerator.Settings.Select(SettingsWriter.Write).Sample(json => Assert.True(IsValid(json), json), iter: 100);

    [Theory]
    [MemberData(nameof(SampleTests.Shown), MemberType = typeof(SampleTests))]
    public void Settings_that_are_shown_are_valid(string place, string json) =>
        Assert.True(s_schema.Evaluate(JsonElement.Parse(json, s_comments)).IsValid, place);

    [Theory]
    [InlineData("Services:catalog", """{ "Endpoints": { "a": { "Address": "a:1" } }, "Routes": { "all": { "To": { "v1": { "Subset": "v1" } } } } }""")]
    [InlineData("Services:catalog", """{ "Endpoints": { "a": { "Weight": 2 } } }""")]
    [InlineData("Services:catalog:LoadBalancing", """{ "Policy": null, "DecayTime": null, "ChoiceCount": null }""")]
    [InlineData("Services:catalog:Routes:0:Timeout", "\"00:00:02.5\"")]
    [InlineData("Services:catalog:RetryBudget:Percent", "\"12.5\"")]
    [InlineData("Service", "null")]
    public void Other_forms_and_parts_of_a_whole_are_valid(string path, string value) => Assert.True(IsValid(Doc.Nest(path, value)));

    [Theory]
    [InlineData("Enabeld", "true")]
    [InlineData("Services:catalog:Routes:0:Match:0:PathPerfix", "\"/\"")]
    [InlineData("Services:catalog:LoadBalancing:Polcy", "\"Random\"")]
    [InlineData("Defaults:Routes", "[]")]
    public void A_key_that_no_setting_has_is_not_valid(string path, string value) => Assert.False(IsValid(Doc.Nest(path, value)));

    [Theory]
    [MemberData(nameof(UnsupportedSettingsTests.Paths), MemberType = typeof(UnsupportedSettingsTests))]
    public void A_setting_that_does_not_work_yet_is_not_valid(string path) => Assert.False(IsValid(Doc.Nest(path, "{}")));

    [Theory]
    [InlineData("Enabled", "\"yes\"")]
    [InlineData("Enabled", "1")]
    [InlineData("Enabled", "[true]")]
    [InlineData("Inbound:Enabled", "\"maybe\"")]
    [InlineData("Inbound:Addresses", "[\"10.0.0.5:8080\"]")]
    [InlineData("UnknownSettings", "\"Ignore\"")]
    [InlineData("Service", "\"web\"")]
    [InlineData("Service:Name", "\"my shop\"")]
    [InlineData("Service:Name", "\"\"")]
    [InlineData("Service:Version", "\" v1\"")]
    [InlineData("Service:Labels:track", "[1]")]
    [InlineData("Outbound:Domains", """{ "a": "b.c" }""")]
    [InlineData("Services", "[{}, {}]")]
    [InlineData("Services:a b", "{}")]
    [InlineData("Services:catalog:Endpoints", "\"127.0.0.1:5001\"")]
    [InlineData("Services:catalog:Endpoints:0", "\"catalog\"")]
    [InlineData("Services:catalog:Subsets:a b", """{ "Version": "v2" }""")]
    [InlineData("Services:catalog:RetryBudget:Percent", "101")]
    [InlineData("Services:catalog:RetryBudget:Percent", "\"20%\"")]
    [InlineData("Services:catalog:LoadBalancing:Policy", "\"PeekEwma\"")]
    [InlineData("Services:catalog:LoadBalancing:ChoiceCount", "17")]
    [InlineData("Services:catalog:LoadBalancing:DecayTime", "10")]
    [InlineData("Services:catalog:LoadBalancing:DecayTime", "\"10\"")]
    [InlineData("Services:catalog:CircuitBreaker:MaxRequests", "0")]
    [InlineData("Services:catalog:CircuitBreaker:MaxPendingRequests", "1.5")]
    [InlineData("Services:catalog:OutlierDetection:EjectionJitter", "\"NaN\"")]
    [InlineData("Services:catalog:Routes:0:Timeout", "\"\"")]
    [InlineData("Services:catalog:Routes:0:To:0:Weight", "1000001")]
    [InlineData("Services:catalog:Routes:0:Match", "\"/items\"")]
    [InlineData("Services:catalog:Routes:0:Match:0:Path", "\"items\"")]
    [InlineData("Services:catalog:Routes:0:Match:0:Path", "\"/items?q=1\"")]
    [InlineData("Services:catalog:Routes:0:Match:0", """{ "Path": "/", "PathPrefix": "/" }""")]
    [InlineData("Services:catalog:Routes:0:Match:0", """{ "Methods": ["GET"], "Grpc": { "Method": "Get" } }""")]
    [InlineData("Services:catalog:Routes:0:Match:0:Headers:x tester", "\"a\"")]
    [InlineData("Services:catalog:Routes:0:Match:0:Headers:x-tester", """{ "Exact": "a", "Prefix": "b" }""")]
    [InlineData("Services:catalog:Routes:0:Match:0:Headers:x-tester:Prefix", "[1]")]
    [InlineData("Services:catalog:Routes:0:Match:0:Grpc:Service", "\"shop/Pricing\"")]
    [InlineData("Services:catalog:Routes:0:DirectResponse:StatusCode", "199")]
    [InlineData("Services:catalog:Routes:0:Retry:Attempts", "11")]
    [InlineData("Services:catalog:Routes:0:Retry:On:0", "\"6xx\"")]
    public void A_fault_that_a_schema_can_see_is_not_valid(string path, string value)
    {
        Assert.NotEmpty(Doc.Read(Doc.Nest(path, value)).Faults);
        Assert.False(IsValid(Doc.Nest(path, value)));
    }

    [Fact]
    public void Every_default_is_valid()
    {
        JsonNode[] defaults = [.. All(JsonNode.Parse(EditorSchema.Render())!).OfType<JsonObject>().Where(node => node["default"] is JsonValue or JsonArray)];

        Assert.NotEmpty(defaults);
        Assert.All(defaults, node => Assert.True(JsonSchema.FromText(node.ToJsonString()).Evaluate(JsonElement.Parse(node["default"]!.ToJsonString())).IsValid));
    }

    [Fact]
    public void A_setting_tells_its_meaning_what_goes_together_and_its_default()
    {
        JsonNode schema = JsonNode.Parse(EditorSchema.Render())!;
        JsonNode definitions = schema["definitions"]!;

        Assert.Equal(
            "The services that are called, by name, and the rules for each. "
                + "Each key is a service name: letters, digits, '-', '_' and '.', at most 253 characters. "
                + "An endpoint with Tls Mutual needs the service's Tls:ClientCertificate. An endpoint with http:// in its address has no TLS.",
            (string?)schema["properties"]!["Mesh"]!["properties"]!["Services"]!["description"]);
        Assert.EndsWith(
            "Only one of Path, PathPrefix, PathRegex, Grpc. Only one of Methods, Grpc.",
            (string?)definitions["Mesh.Services.Routes"]!["properties"]!["Match"]!["description"],
            StringComparison.Ordinal);
        Assert.Equal(1, (int?)definitions["Mesh.Services.Routes.Retry"]!["properties"]!["Attempts"]!["default"]);
    }

    /// <summary>Packages with such an item in their targets make Visual Studio and others know their settings.</summary>
    [Fact]
    public void The_package_hands_it_to_editors()
    {
        var project = XDocument.Load(Path.Combine(s_client, "Mesh.Client.csproj"));
        Dictionary<string, string?> packed = project.Descendants("None").Where(item => (string?)item.Attribute("Pack") == "true")
            .ToDictionary(item => (string)item.Attribute("Include")!, item => (string?)item.Attribute("PackagePath"));

        // NuGet imports targets that have the package's name, and those of buildTransitive where the package comes with another.
        Assert.Equal("/", packed["ConfigurationSchema.json"]);
        Assert.Equal("build/net10.0/;buildTransitive/net10.0/", packed["Mesh.Client.targets"]);

        XElement segment = Assert.Single(XDocument.Load(Path.Combine(s_client, "Mesh.Client.targets")).Descendants("JsonSchemaSegment"));
        Assert.Equal(@"$(MSBuildThisFileDirectory)..\..\ConfigurationSchema.json", (string?)segment.Attribute("Include"));
        Assert.Equal(@"appsettings\..*json", (string?)segment.Attribute("FilePathPattern"));
    }

    /// <param name="mesh">The content of the Mesh section.</param>
    private static bool IsValid(string mesh) => s_schema.Evaluate(JsonElement.Parse($$"""{ "Logging": {}, "Mesh": {{mesh}} }""")).IsValid;

    private static IEnumerable<JsonNode> All(JsonNode node) => (node switch
    {
        JsonObject map => map.Select(pair => pair.Value),
        JsonArray list => list,
        _ => [],
    }).OfType<JsonNode>().SelectMany(All).Prepend(node);
}
