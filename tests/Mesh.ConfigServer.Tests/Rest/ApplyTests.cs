using System.Net;
using System.Text.Json;
using Mesh.ConfigServer.Tests.Hosting;
using Mesh.ConfigServer.Tests.Registry;

namespace Mesh.ConfigServer.Tests.Rest;

public class ApplyTests
{
    private const string Both = """
        kind: Service
        name: catalog
        endpoints: [127.0.0.1:5001]
        ---
        kind: MeshSettings
        defaults:
          outlierDetection: { consecutiveErrors: 7 }
        """;

    private static readonly (string, string) s_yaml = ("Content-Type", "application/yaml");

    [Fact]
    public async Task Many_documents_are_one_generation()
    {
        await using TestServer server = await TestServer.StartAsync();
        long before = (await server.Send("GET", "/api/v1/status")).Generation;
        Answer applied = (await server.Send("POST", "/api/v1/apply", Both, s_yaml)).IsOk();
        Assert.Equal(before + 1, applied.Generation);
        Assert.Equal(before + 1, applied.Json.GetProperty("generation").GetInt64());
        Assert.Equal(["MeshSettings", "Service"], Kinds(applied));
        Assert.Equal(JsonValueKind.Null, applied.Json.GetProperty("changes")[0].GetProperty("name").ValueKind);
        Assert.Equal(applied.Version, (await server.Send("GET", "/api/v1/mesh-settings")).IsOk().Version);
    }

    [Fact]
    public async Task One_bad_document_stops_all()
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonElement faults = (await server.Send("POST", "/api/v1/apply", Both + "\n---\nkind: Servce\nname: x\n---\nkind: Service\nendpoints: []\n", s_yaml))
            .IsProblem(HttpStatusCode.BadRequest, "nothing was changed");
        Assert.True(faults.GetArrayLength() >= 2);
        Assert.Empty((await server.Send("GET", "/api/v1/documents")).Json.GetProperty("documents").EnumerateArray());
    }

    [Fact]
    public async Task Names_that_two_claim_are_a_conflict()
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonElement faults = (await server.Send("POST", "/api/v1/apply",
            """[{"kind":"Service","name":"a","hosts":["shop.internal"]},{"kind":"Service","name":"b","hosts":["shop.internal"]}]"""))
            .IsProblem(HttpStatusCode.Conflict, "nothing was changed");
        Assert.NotEqual(0, faults.GetArrayLength());
    }

    [Fact]
    public async Task Prune_deletes_the_rest_and_a_dry_run_only_says_so()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.Put("old");
        Answer dry = (await server.Send("POST", "/api/v1/apply?prune=true&dryRun=true", Both, s_yaml)).IsOk();
        Assert.Contains(dry.Json.GetProperty("changes").EnumerateArray(), change => change.GetProperty("action").GetString() == "deleted");
        (await server.Send("GET", "/api/v1/services/default/old")).IsOk();
        (await server.Send("POST", "/api/v1/apply?prune=true", Both, s_yaml)).IsOk();
        (await server.Send("GET", "/api/v1/services/default/old")).IsProblem(HttpStatusCode.NotFound, "old");
    }

    [Theory]
    [InlineData("# oops", "application/yaml")]
    [InlineData("", "application/yaml")]
    [InlineData("[]", "application/json")]
    public async Task No_documents_are_a_mistake(string body, string type)
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.Put("catalog");
        foreach (string path in (string[])["apply", "apply?prune=true", "validate"])
        {
            (await server.Send("POST", $"/api/v1/{path}", body, ("Content-Type", type))).IsProblem(HttpStatusCode.BadRequest, "A document begins with 'kind: Service'");
        }

        (await server.Send("GET", "/api/v1/services/default/catalog")).IsOk();
    }

    [Fact]
    public async Task Faults_come_in_the_order_of_the_lines_those_of_documents_that_cannot_be_read_among_them()
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonElement faults = (await server.Send("POST", "/api/v1/apply",
            "kind: Service\nname: b\nrouts: []\n---\nkind: Servce\n---\nkind: Service\nname: a\nendpoints: [nowhere]\n---\nkind: MeshSettings\nfoo: 1\n", s_yaml))
            .IsProblem(HttpStatusCode.BadRequest, "4 faults");
        Assert.Equal([3, 5, 9, 12], faults.EnumerateArray().Select(fault => fault.GetProperty("line").GetInt32()));
    }

    [Theory]
    [InlineData(1, "There is 1 fault;")]
    [InlineData(500, "There are 500 faults;")]
    [InlineData(501, "There are more than 500 faults;")]
    public async Task Faults_are_counted_as_far_as_they_are_told(int faults, string told)
    {
        await using TestServer server = await TestServer.StartAsync();
        string body = $"[{string.Join(',', Enumerable.Repeat("{}", faults))}]";
        (await server.Send("POST", "/api/v1/apply", body)).IsProblem(HttpStatusCode.BadRequest, told);
    }

    [Theory]
    [InlineData("?dryRun=yes", "dryRun in the query must be true or false; 'yes' is not.")]
    [InlineData("?prune=1", "prune in the query must be true or false; '1' is not.")]
    public async Task A_query_that_cannot_be_read_is_told_in_plain_words(string query, string complaint)
    {
        await using TestServer server = await TestServer.StartAsync();
        (await server.Send("POST", $"/api/v1/apply{query}", TestServer.Service("a"))).IsProblem(HttpStatusCode.BadRequest, complaint);
    }

    [Fact]
    public async Task The_whole_mesh_can_be_held_to_a_version()
    {
        await using TestServer server = await TestServer.StartAsync();
        string before = (await server.Put("catalog")).Version;
        (await server.Send("POST", "/api/v1/apply", TestServer.Service("a"), ("If-Match", $"\"{before}\""))).IsOk();
        (await server.Send("POST", "/api/v1/apply", TestServer.Service("b"), ("If-Match", $"\"{before}\""))).IsProblem(HttpStatusCode.PreconditionFailed, "");
        foreach (string bad in (string[])["*", "\"x\"", "\"1.2.3\"", "\"-1.2\"", before])
        {
            (await server.Send("POST", "/api/v1/apply", TestServer.Service("b"), ("If-Match", bad))).IsProblem(HttpStatusCode.BadRequest, "epoch.generation");
        }
    }

    [Fact]
    public async Task Validate_checks_and_writes_nothing()
    {
        await using TestServer server = await TestServer.StartAsync();
        Answer good = (await server.Send("POST", "/api/v1/validate", Both, s_yaml)).IsOk();
        Assert.True(good.Json.GetProperty("dryRun").GetBoolean());
        Assert.Equal(["MeshSettings", "Service"], Kinds(good));
        (await server.Send("POST", "/api/v1/validate", "{}")).IsProblem(HttpStatusCode.BadRequest, "fault");
        Assert.Empty((await server.Send("GET", "/api/v1/documents")).Json.GetProperty("documents").EnumerateArray());
    }

    [Fact]
    public async Task Warnings_are_told()
    {
        await using TestServer server = await TestServer.StartAsync();
        Answer answer = await server.Send("PUT", "/api/v1/services/default/catalog",
            """{"kind":"Service","name":"catalog","endpoints":["127.0.0.1:1"],"routes":[{"name":"a","to":[{"service":"nobody"}]}]}""");
        JsonElement warning = answer.Json.GetProperty("warnings")[0];
        Assert.Equal("Service catalog.default", warning.GetProperty("document").GetString());
        Assert.Contains("nobody", warning.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_takes_the_name_of_registered_processes_is_warned()
    {
        await using TestServer server = await TestServer.StartAsync();
        using RegistryClient one = await RegistryClient.RegisterAsync(server.Server.Addresses.Xds!, Messages.Registration("catalog", "c-1", 6001));
        using RegistryClient two = await RegistryClient.RegisterAsync(server.Server.Addresses.Xds!, Messages.Registration("catalog", "c-2", 6002));
        const string Billing = "kind: Service\nname: billing\nendpoints: [ 127.0.0.1:1 ]\nhosts:\n  - cash\n  - Catalog\n  - catalog:8080\n  - billing\n";
        const string Json = """{"kind":"Service","name":"billing","endpoints":["127.0.0.1:1"],"hosts":["catalog.default"]}""";

        foreach ((Answer answer, string path, int? line, string host) in new (Answer, string, int?, string)[]
        {
            (await server.Send("POST", "/api/v1/apply?dryRun=true", Billing, s_yaml), "hosts:1", 6, "Catalog"),
            (await server.Send("POST", "/api/v1/apply", Billing, s_yaml), "hosts:1", 6, "Catalog"),
            (await server.Send("PUT", "/api/v1/services/default/billing", Json), "hosts:0", 1, "catalog.default"),
        })
        {
            JsonElement warning = Assert.Single(answer.IsOk().Json.GetProperty("warnings").EnumerateArray());
            Assert.Equal(
                ("Service billing.default", path, line),
                (warning.GetProperty("document").GetString(), warning.GetProperty("path").GetString(), warning.GetProperty("line").GetInt32()));
            Assert.Equal(
                $"'{host}' is how 2 registered instances of catalog.default are called: with this document calls go to billing.default, and none there. "
                + "Leave the host out unless that is meant.",
                warning.GetProperty("message").GetString());
        }
    }

    [Fact]
    public async Task Documents_are_listed_and_filtered_as_JSON_and_YAML()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.Send("POST", "/api/v1/apply", Both, s_yaml);
        await server.Put("pricing");
        Assert.Equal(3, await Count(server, ""));
        Assert.Equal(2, await Count(server, "?kind=service"));
        Assert.Equal(1, await Count(server, "?kind=Service&name=PRICING&namespace=default"));
        Assert.Equal(0, await Count(server, "?namespace=other"));
        Assert.Equal(3, await Count(server, "?name="));
        (await server.Send("GET", "/api/v1/documents?nmae=pricing")).IsProblem(HttpStatusCode.BadRequest, "did you mean 'name'");
    }

    private static async Task<int> Count(TestServer server, string query) =>
        (await server.Send("GET", $"/api/v1/documents{query}")).IsOk().Json.GetProperty("documents").GetArrayLength();

    private static IEnumerable<string?> Kinds(Answer answer) =>
        answer.Json.GetProperty("changes").EnumerateArray().Select(change => change.GetProperty("kind").GetString());
}
