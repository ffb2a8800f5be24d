using System.Text;
using Mesh.Model.Documents;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Primitives;

namespace Mesh.Model.Tests.Documents;

/// <summary>The keys are gathered provider by provider: what comes of it is what configuration itself says, key by key.</summary>
public sealed class ConfigurationKeysTests
{
    private const string Json = """
        { "Mesh": { "Enabled": true, "Nothing": null, "Object": {}, "List": [], "Text": "a",
            "Services": { "catalog": { "Endpoints": ["a:1", "b:2"], "Labels": { "10": "x", "9": "y", "b": "z", "a": "" } } } },
          "Meshes": { "Other": 1 }, "Mes": 1 }
        """;

    public static TheoryData<string> Kinds => [.. s_kinds.Keys];

    private static readonly Dictionary<string, Action<IConfigurationBuilder>> s_kinds = new()
    {
        ["JSON"] = builder => builder.AddJsonStream(Stream(Json)),
        ["memory with other cases"] = builder => builder.AddJsonStream(Stream(Json)).AddInMemoryCollection(
            [new("MESH:SERVICES:Catalog:ENDPOINTS:1", "c:3"), new("mesh:services:pricing:Hosts:0", "p"), new("mesh:text", null)]),
        ["values beside children"] = builder => builder.AddJsonStream(Stream(Json)).AddInMemoryCollection(
            [new("Mesh", "all"), new("Mesh:Services", "some"), new("Mesh:List:0", "first"), new("Mesh:Text:Below", "b")]),
        ["keys with nothing between the colons"] = builder => builder.AddInMemoryCollection(
            [new("Mesh:", "a"), new("Mesh::", "b"), new("Mesh::a", "c"), new("Mesh:b:", "d"), new(":Mesh:c", "e")]),
        ["the command line"] = builder => builder.AddJsonStream(Stream(Json)).AddCommandLine(["--Mesh:Services:catalog:Endpoints:0=z:9", "--Mesh:New=1"]),
        ["a chained configuration"] = builder => builder.AddInMemoryCollection([new("Mesh:Text", "b"), new("Mesh:list", "b"), new("Mesh:NOTHING", "b")])
            .AddConfiguration(new ConfigurationBuilder().AddJsonStream(Stream(Json)).AddInMemoryCollection([new("mesh:enabled", "no")]).Build()),
        ["a chained section"] = builder => builder.AddJsonStream(Stream(Json)).AddConfiguration(
            new ConfigurationBuilder().AddJsonStream(Stream($$"""{ "App": {{Json.Replace("true", "false", StringComparison.Ordinal)}} }""")).Build().GetSection("App")),
        ["a provider of no base class"] = builder => builder.AddJsonStream(Stream(Json)).Add(new Answering()),
        ["a provider that changes what it inherits"] = builder => builder.AddInMemoryCollection([new("Mesh:Text", "b")]).Add(new Hiding { Stream = Stream(Json) }),
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_tree_is_that_of_configuration_itself(string kind)
    {
        ConfigurationBuilder builder = new();
        s_kinds[kind](builder);

        AssertSame(builder.Build());
    }

    [Fact]
    public void So_it_is_with_the_environment_and_with_all_at_once()
    {
        string prefix = $"MESH_TEST_{Guid.NewGuid():N}_";
        Environment.SetEnvironmentVariable($"{prefix}MESH__SERVICES__CATALOG__ROUTES__0__NAME", "first");
        Environment.SetEnvironmentVariable($"{prefix}Mesh__Text", "of the environment");
        try
        {
            AssertSame(new ConfigurationBuilder().AddJsonStream(Stream(Json)).AddEnvironmentVariables(prefix).Build());
            ConfigurationManager all = new();
            foreach (Action<IConfigurationBuilder> add in s_kinds.Values)
            {
                add(all);
            }

            all.AddEnvironmentVariables(prefix);

            // Of the many ways in which these write a key, configuration takes any: it sorts them, and not stably.
            AssertSame(all, ignoreCase: true);
        }
        finally
        {
            Environment.SetEnvironmentVariable($"{prefix}MESH__SERVICES__CATALOG__ROUTES__0__NAME", null);
            Environment.SetEnvironmentVariable($"{prefix}Mesh__Text", null);
        }
    }

    [Fact]
    public void A_section_of_another_root_is_asked_itself()
    {
        IConfigurationRoot other = new ConfigurationBuilder().AddInMemoryCollection([new("Mesh:Wrong", "1")]).Build();
        IConfigurationRoot root = new ConfigurationBuilder().AddJsonStream(Stream(Json)).Build();

        Assert.Equal(Asked(root.GetSection("Mesh")), Read(root.GetSection("Mesh"), other));
    }

    [Fact]
    public async Task Keys_may_be_set_while_they_are_read()
    {
        IConfigurationRoot root = new ConfigurationBuilder().AddInMemoryCollection([new("Mesh:Services:first:Override", "true")]).Build();
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        // Outside of the section, so that the tree stays small.
        Task setting = Task.Run(
            () =>
            {
                for (int key = 0; key < 20_000 && !end.IsCancellationRequested; key++)
                {
                    root[$"Other:{key}"] = "1";
                }
            },
            end.Token);
        do
        {
            Assert.Equal(["Mesh", "Mesh:Services", "Mesh:Services:first", "Mesh:Services:first:Override"], ConfigurationNodes.Read(root.GetSection("Mesh"), root).All().Select(node => node.Path));
        }
        while (!setting.IsCompleted);
        await setting;
    }

    private static void AssertSame(IConfigurationRoot root, bool ignoreCase = false)
    {
        IConfigurationSection section = root.GetSection("Mesh");
        List<(string Path, string Key, string? Value)> asked = Asked(section);

        Assert.True(asked.Count > 1);
        Assert.Equal(asked.Select(Cased), Read(section, root).Select(Cased));
        Assert.Equal(asked, Read(section, null));

        (string Path, string Key, string? Value) Cased((string Path, string Key, string? Value) node) =>
            ignoreCase ? (node.Path.ToUpperInvariant(), node.Key.ToUpperInvariant(), node.Value) : node;
    }

    private static IEnumerable<(string Path, string Key, string? Value)> Read(IConfigurationSection section, IConfigurationRoot? root) =>
        ConfigurationNodes.Read(section, root).All().Select(node => (node.Path, node.Key, node.Value));

    private static List<(string Path, string Key, string? Value)> Asked(IConfigurationSection section) =>
        [(section.Path, section.Key, section.Value), .. section.GetChildren().SelectMany(Asked)];

    private static MemoryStream Stream(string json) => new(Encoding.UTF8.GetBytes(json));

    private sealed class Answering : IConfigurationSource, IConfigurationProvider
    {
        public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

        public IEnumerable<string> GetChildKeys(IEnumerable<string> earlierKeys, string? parentPath) =>
            earlierKeys.Concat(parentPath?.ToUpperInvariant() switch
            {
                "MESH" => ["Answered", "Services"],
                "MESH:SERVICES" => ["answered"],
                "MESH:SERVICES:ANSWERED" => ["Override"],
                _ => Enumerable.Empty<string>(),
            }).Order(ConfigurationKeyComparer.Instance);

        public IChangeToken GetReloadToken() => new ConfigurationReloadToken();

        public void Load()
        {
        }

        public void Set(string key, string? value) => throw new NotSupportedException();

        public bool TryGet(string key, out string? value)
        {
            value = key.Length.ToString(System.Globalization.CultureInfo.InvariantCulture);
            return key.ToUpperInvariant() is "MESH:ANSWERED" or "MESH:SERVICES:ANSWERED:OVERRIDE" or "MESH:ENABLED";
        }
    }

    private sealed class Hiding : JsonStreamConfigurationSource
    {
        public override IConfigurationProvider Build(IConfigurationBuilder builder) => new Provider(this);

        private sealed class Provider(Hiding source) : JsonStreamConfigurationProvider(source)
        {
            public override IEnumerable<string> GetChildKeys(IEnumerable<string> earlierKeys, string? parentPath) =>
                base.GetChildKeys(earlierKeys, parentPath).Where(key => key != "Services");
        }
    }
}
