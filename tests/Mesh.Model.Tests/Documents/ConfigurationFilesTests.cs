using System.Text.Json;
using Mesh.Model.Documents;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Mesh.Model.Tests.Documents;

/// <summary>Settings put together from real files, the environment and more.</summary>
public sealed class ConfigurationFilesTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mesh-settings-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void A_list_from_two_files_is_a_fault_that_names_both_and_the_remedy()
    {
        IConfigurationRoot root = Build(
            File("appsettings.json", Catalog("""{ "Routes": [ { "Match": { "Path": "/a" }, "Timeout": "1s" }, {} ] }""")),
            File("appsettings.Production.json", Catalog("""{ "Routes": [ { "Timeout": "2s" } ] }""")));

        Assert.Equal(
            "Mesh:Services:catalog:Routes: This list is put together from appsettings.json and appsettings.Production.json: "
            + "lists of several files merge by index. Write the whole list in one file, or key it by name.",
            Assert.Single(Doc.ReadConfiguration(root).Faults).ToString());
    }

    [Theory]
    [InlineData("""{ "Endpoints": ["a:1"] }""", "Mesh:Services:catalog:Endpoints")]
    [InlineData("""{ "Routes": [ { "To": [ { "Weight": 1 } ] } ] }""", "Mesh:Services:catalog:Routes")]
    [InlineData("""{ "Routes": { "a": { "To": [ { "Weight": 1 } ] } } }""", "Mesh:Services:catalog:Routes:a:To")]
    [InlineData("""{ "Routes": { "a": { "Match": [ { "Path": "/" } ] } } }""", "Mesh:Services:catalog:Routes:a:Match")]
    [InlineData("""{ "Routes": { "a": { "Match": { "Methods": ["GET"] } } } }""", "Mesh:Services:catalog:Routes:a:Match:Methods")]
    [InlineData("""{ "Routes": { "a": { "Retry": { "StatusCodes": [409] } } } }""", "Mesh:Services:catalog:Routes:a:Retry:StatusCodes")]
    [InlineData("""{ "Routes": { "a": { "Retry": { "On": ["5xx"] } } } }""", "Mesh:Services:catalog:Routes:a:Retry:On")]
    public void So_it_is_for_every_list_and_the_outermost_is_named(string catalog, string path)
    {
        IConfigurationRoot root = Build(File("a.json", Catalog(catalog)), File("b.json", Catalog(catalog)));

        DocumentFault fault = Assert.Single(Doc.ReadConfiguration(root).Faults);

        Assert.Equal(path, fault.Path);
        Assert.Contains("put together from a.json and b.json", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    public void An_empty_list_in_a_later_file_takes_nothing_away_and_is_a_fault(string nothing)
    {
        IConfigurationRoot root = Build(
            File("a.json", Catalog("""{ "Endpoints": ["a:1"] }""")), File("b.json", Catalog($$"""{ "Endpoints": {{nothing}} }""")));

        DocumentFault fault = Assert.Single(Doc.ReadConfiguration(root).Faults);

        Assert.Equal("Mesh:Services:catalog:Endpoints", fault.Path);
        Assert.Contains("put together from a.json and b.json", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_list_in_an_earlier_file_gives_way()
    {
        IConfigurationRoot root = Build(File("a.json", Catalog("""{ "Endpoints": [] }""")), File("b.json", Catalog("""{ "Endpoints": ["b:1"] }""")));

        Assert.Equal("b:1", Assert.Single(Doc.ReadConfiguration(root).Value!.Services[0].Endpoints!.Value).Address);
    }

    [Fact]
    public void Files_of_one_name_are_told_apart_by_their_full_path()
    {
        _directory.CreateSubdirectory("x");
        _directory.CreateSubdirectory("y");
        string[] files = [File("x/settings.json", Catalog("""{ "Endpoints": ["a:1"] }""")), File("y/settings.json", Catalog("""{ "Endpoints": ["b:1"] }"""))];

        DocumentFault fault = Assert.Single(Doc.ReadConfiguration(Build(files)).Faults);

        Assert.Contains($"put together from {files[0]} and {files[1]}", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_below_a_chained_configuration_are_seen()
    {
        IConfigurationRoot inner = Build(File("inner.json", Catalog("""{ "Endpoints": ["a:1"] }""")));
        IConfigurationRoot root = new ConfigurationBuilder().AddConfiguration(inner)
            .AddJsonFile(File("outer.json", Catalog("""{ "Endpoints": ["b:1", "c:1"] }"""))).Build();

        Assert.Contains("inner.json and outer.json", Assert.Single(Doc.ReadConfiguration(root).Faults).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_hosts_own_configuration_is_seen_through()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new() { ContentRootPath = _directory.FullName });
        builder.Configuration.AddJsonFile(File("a.json", Catalog("""{ "Endpoints": ["a:1"] }""")));
        builder.Configuration.AddJsonFile(File("b.json", Catalog("""{ "Endpoints": ["b:1"] }""")));

        Assert.Contains("a.json and b.json", Assert.Single(Doc.ReadConfiguration(builder.Configuration).Faults).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_that_the_later_file_does_not_mention_is_fine_and_so_is_one_file_added_twice()
    {
        string file = File("a.json", Catalog("""{ "Endpoints": ["a:1"] }"""));

        Assert.Empty(Doc.ReadConfiguration(Build(file, File("b.json", Catalog("""{ "LoadBalancing": { "Policy": "RoundRobin" } }""")), file)).Faults);
    }

    [Fact]
    public void Without_the_root_nothing_is_said_about_files()
    {
        string file = Catalog("""{ "Endpoints": ["a:1"] }""");
        IConfigurationRoot root = Build(File("a.json", file), File("b.json", file));

        Assert.Empty(MeshDocuments.ReadSettings(ConfigurationNodes.Read(root.GetSection("Mesh"))).Faults);
    }

    [Fact]
    public void A_map_with_numbers_for_keys_may_come_from_two_files()
    {
        IConfigurationRoot root = Build(
            File("a.json", Catalog("""{ "Subsets": { "1": { "Version": "1" } } }""")), File("b.json", Catalog("""{ "Subsets": { "2": { "Version": "2" } } }""")));

        DocumentResult<MeshSettings> result = Doc.ReadConfiguration(root);

        Assert.Empty(result.Faults);
        Assert.Equal(["1", "2"], result.Value!.Services[0].Subsets.Keys);
    }

    [Fact]
    public void Lists_keyed_by_name_merge_across_files()
    {
        IConfigurationRoot root = Build(
            File("a.json", Catalog("""
                { "Endpoints": { "one": "a:1", "two": { "Address": "a:2", "Weight": 2 } },
                  "Routes": { "slow": { "Match": { "Path": "/slow" }, "Timeout": "9s", "Order": 1 }, "rest": { "Order": 9 } } }
                """)),
            File("b.json", Catalog("""
                { "Endpoints": { "one": "b:1", "three": "a:3" },
                  "Routes": { "Slow": { "Timeout": "10s" }, "new": { "Order": 5, "To": { "x": { "Weight": 3 } } } } }
                """)),
            File("c.json", Catalog("""{ "Routes": { "new": { "To": { "x": { "Subset": "v2" } } } } }""")));

        MeshService catalog = Doc.ReadConfiguration(root).Value!.Services[0];

        Assert.Equal(["b:1", "a:3", "a:2"], catalog.Endpoints!.Value.Select(endpoint => endpoint.Address));
        Assert.Equal(["slow", "new", "rest"], catalog.Routes.Select(route => route.Name), StringComparer.OrdinalIgnoreCase);
        Assert.Equal((TimeSpan.FromSeconds(10), "/slow"), (catalog.Routes[0].Timeout, catalog.Routes[0].Match[0].Path));
        Assert.Equal([new RouteTarget { Subset = "v2", Weight = 3 }], catalog.Routes[1].To);
    }

    [Fact]
    public void The_environment_the_command_line_and_code_may_override_single_values_of_a_list()
    {
        const string Prefix = "MESH_TEST_DOCUMENTS_";
        Environment.SetEnvironmentVariable(Prefix + "Mesh__Services__catalog__Routes__0__Timeout", "3s");
        Environment.SetEnvironmentVariable(Prefix + "MESH__SERVICES__CATALOG__ROUTES__0__RETRY__ATTEMPTS", "4");
        try
        {
            IConfigurationRoot root = new ConfigurationBuilder()
                .AddJsonFile(File("a.json", Catalog("""{ "Routes": [ { "Match": { "Path": "/a" }, "Timeout": "1s" } ], "Endpoints": ["a:1"] }""")))
                .AddEnvironmentVariables(Prefix)
                .AddCommandLine(["--Mesh:Services:catalog:Endpoints:0=b:2"])
                .AddInMemoryCollection([new("Mesh:Services:catalog:Routes:0:Name", "first")])
                .Build();

            DocumentResult<MeshSettings> result = Doc.ReadConfiguration(root);

            Assert.Empty(result.Faults);
            MeshRoute route = Assert.Single(result.Value!.Services[0].Routes);
            Assert.Equal(("first", "/a", TimeSpan.FromSeconds(3), 4), (route.Name, route.Match[0].Path, route.Timeout, route.Retry.Attempts));
            Assert.Equal("b:2", result.Value.Services[0].Endpoints!.Value[0].Address);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Prefix + "Mesh__Services__catalog__Routes__0__Timeout", null);
            Environment.SetEnvironmentVariable(Prefix + "MESH__SERVICES__CATALOG__ROUTES__0__RETRY__ATTEMPTS", null);
        }
    }

    [Fact]
    public void Null_in_a_later_file_takes_a_value_back()
    {
        IConfigurationRoot root = Build(
            File("a.json", Catalog("""{ "Routes": { "a": { "Timeout": "1s" } } }""")), File("b.json", Catalog("""{ "Routes": { "a": { "Timeout": null } } }""")));

        Assert.Null(Doc.ReadConfiguration(root).Value!.Services[0].Routes[0].Timeout);
    }

    private static string Catalog(string content) => Doc.Nest("Mesh:Services:catalog", content);

    private static IConfigurationRoot Build(params string[] files) =>
        files.Aggregate(new ConfigurationBuilder(), (builder, file) => (ConfigurationBuilder)builder.AddJsonFile(file)).Build();

    private string File(string name, string json)
    {
        using (JsonDocument.Parse(json))
        {
            string path = Path.Combine(_directory.FullName, name);
            System.IO.File.WriteAllText(path, json);
            return path;
        }
    }
}
