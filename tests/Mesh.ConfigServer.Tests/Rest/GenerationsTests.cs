using System.Net;
using System.Text.Json;
using Mesh.ConfigServer.Tests.Hosting;

namespace Mesh.ConfigServer.Tests.Rest;

public class GenerationsTests
{
    [Fact]
    public async Task The_history_tells_who_wrote_what_and_why()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.Send("PUT", "/api/v1/services/default/catalog", TestServer.Service("catalog"),
            ("Mesh-Author", " ann@ops (laptop) "), ("Mesh-Message", "first%20caf%C3%A9%0Aline"));
        await server.Put("pricing");
        JsonElement[] generations = [.. (await server.Send("GET", "/api/v1/generations")).IsOk().Json.GetProperty("generations").EnumerateArray()];

        Assert.Equal(("anonymous", ""), (Text(generations[0], "author"), Text(generations[0], "message")));
        Assert.Equal(("ann@ops (laptop)", "first café\nline"), (Text(generations[1], "author"), Text(generations[1], "message")));
        Assert.Equal("put", Text(generations[1], "action"));
        Assert.Equal(generations[1].GetProperty("generation").GetInt64() + 1, generations[0].GetProperty("generation").GetInt64());
        JsonElement change = Assert.Single(generations[1].GetProperty("changes").EnumerateArray());
        Assert.Equal(("catalog", "created"), (Text(change, "name"), Text(change, "action")));
        Assert.True(generations[0].GetProperty("time").GetDateTimeOffset() > DateTimeOffset.UnixEpoch);
    }

    [Theory]
    [InlineData("Mesh-Author", "a\tb")]
    [InlineData("Mesh-Message", "a%00b")]
    [InlineData("Mesh-Message", "a%1B[2Jb")]
    public async Task Names_and_reasons_that_could_mislead_are_refused(string name, string value)
    {
        await using TestServer server = await TestServer.StartAsync();
        (await server.Send("PUT", "/api/v1/services/default/catalog", TestServer.Service("catalog"), (name, value))).IsProblem(HttpStatusCode.BadRequest, name);
    }

    [Fact]
    public async Task Long_names_and_reasons_are_refused()
    {
        await using TestServer server = await TestServer.StartAsync();
        foreach ((string name, int most) in ((string, int)[])[("Mesh-Author", 256), ("Mesh-Message", 4096)])
        {
            (await server.Send("PUT", "/api/v1/services/default/catalog?dryRun=true", TestServer.Service("catalog"), (name, new string('a', most)))).IsOk();
            (await server.Send("PUT", "/api/v1/services/default/catalog", TestServer.Service("catalog"), (name, new string('a', most + 1)))).IsProblem(HttpStatusCode.BadRequest, name);
        }
    }

    [Fact]
    public async Task Pages_and_filters()
    {
        await using TestServer server = await TestServer.StartAsync();
        for (int i = 0; i < 5; i++)
        {
            await server.Put(i % 2 == 0 ? "catalog" : "pricing", $"127.0.0.1:{1 + i}");
        }

        long newest = (await server.Send("GET", "/api/v1/status")).Generation;
        Assert.Equal([newest, newest - 1], await Numbers(server, "limit=2"));
        Assert.Equal([newest - 2, newest - 3], await Numbers(server, $"limit=2&before={newest - 1}"));
        Assert.Equal([newest, newest - 2, newest - 4], await Numbers(server, "kind=Service&namespace=default&name=Catalog"));
        foreach (string bad in (string[])["limit=0", "limit=1001", "limit=x", "before=x"])
        {
            (await server.Send("GET", $"/api/v1/generations?{bad}")).IsProblem(HttpStatusCode.BadRequest, bad.Split('=')[0]);
        }
    }

    [Fact]
    public async Task A_list_has_the_first_changes_of_each_generation_and_the_generation_all()
    {
        await using TestServer server = await TestServer.StartAsync();
        Answer applied = (await server.Send("POST", "/api/v1/apply",
            $"[{string.Join(',', Enumerable.Range(0, 150).Select(i => TestServer.Service($"s{i}")))}]")).IsOk();

        JsonElement listed = (await server.Send("GET", "/api/v1/generations?limit=1")).Json.GetProperty("generations")[0];
        Assert.Equal((100, 50), (listed.GetProperty("changes").GetArrayLength(), listed.GetProperty("moreChanges").GetInt32()));
        Assert.Equal(150, (await server.Send("GET", $"/api/v1/generations/{applied.Generation}")).Json.GetProperty("changes").GetArrayLength());
    }

    [Theory]
    [InlineData("{}", "generation is missing.")]
    [InlineData("[]", "The body must be an object.")]
    [InlineData("{\"generation\":1.5}", "'generation' must be a whole number.")]
    [InlineData("{\"generaton\":1}", "'generaton' is not known in the body. Did you mean 'generation'?")]
    [InlineData("{\n\"generation\":", "The body is not JSON, in line 2:")]
    public async Task A_body_that_is_not_understood_is_told_in_plain_words(string body, string complaint)
    {
        await using TestServer server = await TestServer.StartAsync();
        Answer answer = await server.Send("POST", "/api/v1/rollback", body);
        answer.IsProblem(HttpStatusCode.BadRequest, complaint);
        Assert.DoesNotContain("LineNumber", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_old_generation_is_read_and_brought_back()
    {
        await using TestServer server = await TestServer.StartAsync();
        Answer first = await server.Put("catalog", "127.0.0.1:1");
        await server.Put("catalog", "127.0.0.1:2");
        await server.Put("pricing");

        JsonElement then = (await server.Send("GET", $"/api/v1/generations/{first.Generation}")).IsOk().Json;
        JsonElement document = Assert.Single(then.GetProperty("documents").EnumerateArray());
        Assert.Equal("127.0.0.1:1", document.GetProperty("endpoints")[0].GetString());
        Assert.Equal(first.Generation, then.GetProperty("generation").GetInt64());

        string body = $$"""{"generation":{{first.Generation}}}""";
        Answer dry = (await server.Send("POST", "/api/v1/rollback?dryRun=true", body)).IsOk();
        Assert.Equal(["updated", "deleted"], dry.Json.GetProperty("changes").EnumerateArray().Select(change => Text(change, "action")));
        (await server.Send("GET", "/api/v1/services/default/pricing")).IsOk();
        Answer back = (await server.Send("POST", "/api/v1/rollback", body)).IsOk();
        Assert.Equal(first.Generation + 3, back.Generation);
        Assert.Equal(first.ETag, (await server.Send("GET", "/api/v1/services/default/catalog")).ETag);
        (await server.Send("GET", "/api/v1/services/default/pricing")).IsProblem(HttpStatusCode.NotFound, "pricing");
    }

    [Fact]
    public async Task A_precondition_that_would_not_be_heeded_is_refused()
    {
        await using TestServer server = await TestServer.StartAsync();
        string body = $$"""{"generation":{{(await server.Put("catalog")).Generation}}}""";
        (await server.Send("POST", "/api/v1/rollback", body, ("If-Match", "*"))).IsProblem(HttpStatusCode.BadRequest, "If-Match");
        (await server.Send("POST", "/api/v1/restore", "x", ("Content-Type", "application/octet-stream"), ("If-None-Match", "*"))).IsProblem(HttpStatusCode.BadRequest, "If-Match");
    }

    [Fact]
    public async Task A_kind_that_there_is_not_is_refused_and_an_empty_filter_is_none()
    {
        await using TestServer server = await TestServer.StartAsync();
        long written = (await server.Put("catalog")).Generation;
        foreach (string path in (string[])["documents", "generations"])
        {
            (await server.Send("GET", $"/api/v1/{path}?kind=Servise")).IsProblem(
                HttpStatusCode.BadRequest, "'Servise' is no kind of document. Known: Service, MeshSettings, AuthorizationPolicy, PeerAuthentication.");
            (await server.Send("GET", $"/api/v1/{path}?kind=meshsettings")).IsOk();
        }

        Assert.Equal([written, 0], await Numbers(server, "kind=&namespace=&name="));
        Assert.Equal([written], await Numbers(server, "kind=service&namespace=&name=catalog"));
    }

    [Fact]
    public async Task What_never_was_is_not_found()
    {
        await using TestServer server = await TestServer.StartAsync();
        (await server.Send("GET", "/api/v1/generations/999")).IsProblem(HttpStatusCode.NotFound, "999");
        (await server.Send("GET", "/api/v1/generations/-1")).IsProblem(HttpStatusCode.NotFound, "-1");
        (await server.Send("GET", "/api/v1/generations/x")).IsProblem(HttpStatusCode.NotFound, "/api/v1/generations/x");
        (await server.Send("POST", "/api/v1/rollback", """{"generation":999}""")).IsProblem(HttpStatusCode.NotFound, "999");
    }

    [Theory]
    [InlineData("{}", "generation")]
    [InlineData("""{"generation":"x"}""", "generation")]
    [InlineData("""{"generation":1,"more":2}""", "more")]
    [InlineData("{\n\"generation\":", "line 2")]
    [InlineData("null", "null")]
    public async Task A_rollback_that_is_not_understood_is_refused(string body, string inDetail)
    {
        await using TestServer server = await TestServer.StartAsync();
        (await server.Send("POST", "/api/v1/rollback", body)).IsProblem(HttpStatusCode.BadRequest, inDetail);
        (await server.Send("POST", "/api/v1/rollback", body, ("Content-Type", "application/yaml"))).IsProblem(HttpStatusCode.UnsupportedMediaType, "application/json");
    }

    private static async Task<IEnumerable<long>> Numbers(TestServer server, string query) =>
        [.. (await server.Send("GET", $"/api/v1/generations?{query}")).IsOk().Json.GetProperty("generations").EnumerateArray().Select(one => one.GetProperty("generation").GetInt64())];

    private static string Text(JsonElement element, string property) => element.GetProperty(property).GetString()!;
}
