using System.Net;
using System.Text.Json;
using Mesh.ConfigServer.Tests.Hosting;

namespace Mesh.ConfigServer.Tests.Rest;

public class ServicesTests
{
    private const string Catalog = "/api/v1/services/default/catalog";

    [Fact]
    public async Task A_service_is_created_read_replaced_and_deleted()
    {
        await using TestServer server = await TestServer.StartAsync();
        (await server.Send("GET", Catalog)).IsProblem(HttpStatusCode.NotFound, "Service catalog.default");

        Answer created = await server.Put("catalog");
        Assert.Equal(HttpStatusCode.Created, created.Status);
        JsonElement change = created.Json.GetProperty("changes")[0];
        Assert.Equal(("Service", "default", "catalog", "created"), (Text(change, "kind"), Text(change, "namespace"), Text(change, "name"), Text(change, "action")));
        Assert.Equal(JsonValueKind.Null, change.GetProperty("before").ValueKind);

        Answer read = (await server.Send("GET", Catalog)).IsOk();
        Assert.Equal("application/json; charset=utf-8", read.Headers["Content-Type"]);
        Assert.Equal(("Service", "catalog", "127.0.0.1:5001"), (Text(read.Json, "kind"), Text(read.Json, "name"), read.Json.GetProperty("endpoints")[0].GetString()));
        Assert.Equal(created.ETag, read.ETag);
        Assert.Equal($"\"{Text(change, "after")}\"", read.ETag);
        Assert.Equal(created.Version, read.Version);

        Answer updated = await server.Put("catalog", "127.0.0.1:5002");
        Assert.Equal((HttpStatusCode.OK, "updated"), (updated.Status, Text(updated.Json.GetProperty("changes")[0], "action")));
        Assert.NotEqual(read.ETag, updated.ETag);
        Assert.Equal(created.Generation + 1, updated.Generation);

        Answer same = await server.Put("catalog", "127.0.0.1:5002");
        Assert.Equal(("unchanged", updated.Generation), (Text(same.Json.GetProperty("changes")[0], "action"), same.Generation));

        Answer deleted = (await server.Send("DELETE", Catalog)).IsOk();
        Assert.Equal("deleted", Text(deleted.Json.GetProperty("changes")[0], "action"));
        (await server.Send("DELETE", Catalog)).IsProblem(HttpStatusCode.NotFound, "Service catalog.default");
    }

    [Fact]
    public async Task Who_has_it_already_is_told_so()
    {
        await using TestServer server = await TestServer.StartAsync();
        string eTag = (await server.Put("catalog")).ETag;
        foreach (string known in (string[])[eTag, $"\"x\", {eTag}", $"W/{eTag}", "*"])
        {
            Answer answer = await server.Send("GET", Catalog, null, ("If-None-Match", known));
            Assert.Equal((HttpStatusCode.NotModified, "", eTag), (answer.Status, answer.Text, answer.ETag));
        }

        (await server.Send("GET", Catalog, null, ("If-None-Match", "\"x\""))).IsOk();
    }

    [Fact]
    public async Task Preconditions_hold_or_nothing_is_written()
    {
        await using TestServer server = await TestServer.StartAsync();
        string body = TestServer.Service("catalog");
        (await server.Send("PUT", Catalog, body, ("If-Match", "*"))).IsProblem(HttpStatusCode.PreconditionFailed, "catalog");
        (await server.Send("DELETE", Catalog, null, ("If-Match", "*"))).IsProblem(HttpStatusCode.PreconditionFailed, "catalog");
        Answer first = await server.Send("PUT", Catalog, body, ("If-None-Match", "*"));
        Assert.Equal(HttpStatusCode.Created, first.Status);
        (await server.Send("PUT", Catalog, body, ("If-None-Match", "*"))).IsProblem(HttpStatusCode.PreconditionFailed, "catalog");
        (await server.Send("PUT", Catalog, body, ("If-Match", "\"0123456789abcdef\""))).IsProblem(HttpStatusCode.PreconditionFailed, "catalog");
        (await server.Send("DELETE", Catalog, null, ("If-Match", "\"0123456789abcdef\""))).IsProblem(HttpStatusCode.PreconditionFailed, "catalog");
        Assert.Equal(first.Version, (await server.Send("GET", Catalog)).Version);
        (await server.Send("PUT", Catalog, TestServer.Service("catalog", "127.0.0.1:5002"), ("If-Match", first.ETag))).IsOk();
        (await server.Send("DELETE", Catalog, null, ("If-Match", first.ETag))).IsProblem(HttpStatusCode.PreconditionFailed, "catalog");
        (await server.Send("DELETE", Catalog, null, ("If-Match", "*"))).IsOk();
    }

    [Theory]
    [InlineData("If-Match", "0123456789abcdef")]
    [InlineData("If-Match", "W/\"0123456789abcdef\"")]
    [InlineData("If-Match", "\"a\", \"b\"")]
    [InlineData("If-Match", "\"")]
    [InlineData("If-None-Match", "\"0123456789abcdef\"")]
    public async Task Preconditions_that_make_no_sense_are_refused(string name, string value)
    {
        await using TestServer server = await TestServer.StartAsync();
        (await server.Send("PUT", Catalog, TestServer.Service("catalog"), (name, value))).IsProblem(HttpStatusCode.BadRequest, "If-Match");
        (await server.Send("GET", Catalog)).IsProblem(HttpStatusCode.NotFound, "catalog");
    }

    [Fact]
    public async Task A_dry_run_writes_nothing()
    {
        await using TestServer server = await TestServer.StartAsync();
        Answer dry = (await server.Send("PUT", $"{Catalog}?dryRun=true", TestServer.Service("catalog"))).IsOk();
        Assert.True(dry.Json.GetProperty("dryRun").GetBoolean());
        Assert.Equal("created", Text(dry.Json.GetProperty("changes")[0], "action"));
        (await server.Send("GET", Catalog)).IsProblem(HttpStatusCode.NotFound, "catalog");

        await server.Put("catalog");
        (await server.Send("DELETE", $"{Catalog}?dryRun=true")).IsOk();
        (await server.Send("GET", Catalog)).IsOk();
    }

    [Theory]
    [InlineData("dry-run=true", "dryRun")]
    [InlineData("dryrunn=true", "dryRun")]
    [InlineData("dryRun=maybe", "dryRun")]
    [InlineData("dryRun", "dryRun")]
    [InlineData("prune=true", "prune")]
    public async Task A_query_that_is_not_understood_writes_nothing(string query, string inDetail)
    {
        await using TestServer server = await TestServer.StartAsync();
        (await server.Send("PUT", $"{Catalog}?{query}", TestServer.Service("catalog"))).IsProblem(HttpStatusCode.BadRequest, inDetail);
        (await server.Send("GET", Catalog)).IsProblem(HttpStatusCode.NotFound, "catalog");
    }

    [Fact]
    public async Task A_body_that_is_another_document_is_refused()
    {
        await using TestServer server = await TestServer.StartAsync();
        (await server.Send("PUT", Catalog, TestServer.Service("pricing"))).IsProblem(HttpStatusCode.BadRequest, "Service pricing.default; here goes Service catalog.default");
        (await server.Send("PUT", Catalog, $"[{TestServer.Service("catalog")},{TestServer.Service("pricing")}]")).IsProblem(HttpStatusCode.BadRequest, "/api/v1/apply");
        (await server.Send("PUT", Catalog, "[]")).IsProblem(HttpStatusCode.BadRequest, "");
        (await server.Send("PUT", "/api/v1/mesh-settings", TestServer.Service("catalog"))).IsProblem(HttpStatusCode.BadRequest, "MeshSettings");
    }

    [Fact]
    public async Task All_faults_come_with_document_path_and_line()
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonElement faults = (await server.Send("PUT", Catalog, """
            {
              "kind": "Service",
              "name": "catalog",
              "endpoints": ["nonsense"],
              "routes": [{ "name": "a", "timeout": "soon" }]
            }
            """)).IsProblem(HttpStatusCode.BadRequest, "2 faults");
        Assert.Equal(
            [("Service catalog.default", "endpoints:0", 4), ("Service catalog.default", "routes:0:timeout", 5)],
            faults.EnumerateArray().Select(fault => (Text(fault, "document"), Text(fault, "path"), fault.GetProperty("line").GetInt32())));
        Assert.Contains("nonsense", Text(faults[0], "message"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/json", "{")]
    [InlineData("application/json", "{ \"kind\": \"Service\",\n \"name\": }")]
    [InlineData("application/json", "")]
    [InlineData("application/json", "null")]
    [InlineData("application/json", "\"text\"")]
    [InlineData("application/yaml", "kind: [")]
    [InlineData("application/yaml", "\tkind: Service")]
    [InlineData("application/yaml", "kind: &a Service\nname: *a")]
    public async Task What_cannot_be_read_is_refused(string type, string body)
    {
        await using TestServer server = await TestServer.StartAsync();
        Answer answer = await server.Send("PUT", Catalog, body, ("Content-Type", type));
        answer.IsProblem(HttpStatusCode.BadRequest, "");
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/jsonp")]
    [InlineData("nonsense")]
    [InlineData("application/json; charset=utf-16")]
    public async Task Other_content_types_are_refused_by_name_of_the_right_ones(string type)
    {
        await using TestServer server = await TestServer.StartAsync();
        (await server.Send("PUT", Catalog, TestServer.Service("catalog"), ("Content-Type", type)))
            .IsProblem(HttpStatusCode.UnsupportedMediaType, type.Contains("charset", StringComparison.Ordinal) ? "utf-8" : "application/yaml");
        (await server.Send("GET", Catalog)).IsProblem(HttpStatusCode.NotFound, "catalog");
    }

    [Fact]
    public async Task A_body_without_a_type_or_encoded_is_refused()
    {
        await using TestServer server = await TestServer.StartAsync();
        (await server.Send("PUT", Catalog)).IsProblem(HttpStatusCode.UnsupportedMediaType, "missing");
        (await server.Send("PUT", Catalog, TestServer.Service("catalog"), ("Content-Encoding", "gzip"))).IsProblem(HttpStatusCode.UnsupportedMediaType, "Content-Encoding");
    }

    [Theory]
    [InlineData("application/yaml")]
    [InlineData("text/yaml")]
    [InlineData("application/x-yaml; charset=utf-8")]
    [InlineData("Application/YAML; charset=\"UTF-8\"")]
    public async Task YAML_is_taken(string type)
    {
        await using TestServer server = await TestServer.StartAsync();
        Answer answer = await server.Send("PUT", Catalog, "kind: Service\nname: catalog\nendpoints:\n- 127.0.0.1:5001\n", ("Content-Type", type));
        Assert.Equal(HttpStatusCode.Created, answer.Status);
        Assert.Equal(answer.ETag, (await server.Put("catalog")).ETag);
    }

    [Theory]
    [InlineData("caf%C3%A9")]
    [InlineData("a%2Fb")]
    [InlineData("a%20b")]
    [InlineData("%3Cscript%3E")]
    [InlineData("..%2F..%2Fetc")]
    [InlineData("%E2%80%AE")]
    public async Task Odd_names_lead_nowhere(string name)
    {
        await using TestServer server = await TestServer.StartAsync();
        Answer get = await server.Send("GET", $"/api/v1/services/default/{name}");
        get.IsProblem(HttpStatusCode.NotFound, "The mesh has no document Service ");
        Assert.DoesNotContain('\u202e', get.Json.GetProperty("detail").GetString()!);
        (await server.Send("DELETE", $"/api/v1/services/{name}/x")).IsProblem(HttpStatusCode.NotFound, "The mesh has no document Service x.");
        Answer put = await server.Send("PUT", $"/api/v1/services/default/{name}", JsonSerializer.Serialize(new { kind = "Service", name = Uri.UnescapeDataString(name) }));
        Assert.Equal(HttpStatusCode.BadRequest, put.Status);
    }

    [Fact]
    public async Task Long_names_lead_nowhere()
    {
        await using TestServer server = await TestServer.StartAsync();
        string name = new('a', 5000);
        (await server.Send("GET", $"/api/v1/services/default/{name}")).IsProblem(HttpStatusCode.NotFound, "aaa");
        Assert.Equal(HttpStatusCode.BadRequest, (await server.Send("PUT", $"/api/v1/services/default/{name}", TestServer.Service(name))).Status);
        Assert.Equal(HttpStatusCode.RequestUriTooLong, (await server.Send("GET", $"/api/v1/services/default/{new string('a', 20_000)}")).Status);
    }

    [Fact]
    public async Task Names_are_compared_without_regard_to_case()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.Put("catalog");
        (await server.Send("GET", "/api/v1/services/DEFAULT/Catalog")).IsOk();
    }

    [Fact]
    public async Task Of_many_who_saw_the_same_version_one_writes()
    {
        await using TestServer server = await TestServer.StartAsync();
        string eTag = (await server.Put("catalog")).ETag;
        for (int round = 0; round < 5; round++)
        {
            Answer[] answers = await Task.WhenAll(Enumerable.Range(1, 20).Select(writer =>
                server.Send("PUT", Catalog, TestServer.Service("catalog", $"10.0.{round}.{writer}:80"), ("If-Match", eTag))));
            Answer won = Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
            Assert.Equal(19, answers.Count(answer => answer.Status == HttpStatusCode.PreconditionFailed));
            eTag = (await server.Send("GET", Catalog)).ETag;
            Assert.Equal(won.ETag, eTag);
        }

        Assert.Equal(6, (await server.Send("GET", Catalog)).Generation - (await First(server)));
    }

    private static async Task<long> First(TestServer server) =>
        (await server.Send("GET", "/api/v1/generations?limit=1000")).Json.GetProperty("generations").EnumerateArray().Last().GetProperty("generation").GetInt64();

    private static string Text(JsonElement element, string property) => element.GetProperty(property).GetString()!;
}
