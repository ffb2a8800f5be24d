using System.Net;
using System.Text.Json;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Store;
using Mesh.ConfigServer.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.ConfigServer.Tests.Access;

/// <summary>Every write leaves its record, in the same transaction; those that were refused leave one, too.</summary>
public class AuditTests
{
    [Fact]
    public async Task A_write_is_recorded_with_who_what_and_where()
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        string token = await server.TokenAsync("editor", "ci", namespaces: "shop");
        Answer put = await server.SendAs(token, "PUT", "/api/v1/services/shop/a", GuardedServer.Service("a", "shop"), ("Mesh-Author", "ann"));
        JsonElement record = (await RecordsAsync(server))[0];
        Assert.Equal("ci", record.GetProperty("by").GetString());
        Assert.Equal(token.Split('.')[1], record.GetProperty("token").GetString());
        Assert.Equal("ann", record.GetProperty("claimed").GetString());
        Assert.Equal("127.0.0.1", record.GetProperty("address").GetString());
        Assert.NotEmpty(record.GetProperty("requestId").GetString()!);
        Assert.Equal(("documents", "put"), (record.GetProperty("kind").GetString(), record.GetProperty("action").GetString()));
        Assert.Equal(put.Version, $"{record.GetProperty("epoch")}.{record.GetProperty("generation")}");
        Assert.Equal($$"""[{"target":"Service a.shop","before":null,"after":{{put.ETag}}}]""", record.GetProperty("changes").GetRawText());
        Assert.Equal(JsonValueKind.Null, record.GetProperty("refusal").ValueKind);

        // The history has the name that is known, and not the one that was claimed.
        JsonElement generation = (await server.SendAs(server.Admin, "GET", "/api/v1/generations?limit=1")).IsOk().Json.GetProperty("generations")[0];
        Assert.Equal("ci", generation.GetProperty("author").GetString());

        await server.SendAs(token, "PUT", "/api/v1/services/shop/a?dryRun=true", GuardedServer.Service("a", "shop", ""","outlierDetection":{"consecutiveErrors":7}"""));
        await server.SendAs(token, "PUT", "/api/v1/services/shop/a", GuardedServer.Service("a", "shop"));
        Assert.Equal(record.GetRawText(), (await RecordsAsync(server))[0].GetRawText());
    }

    [Fact]
    public async Task On_loopback_the_claim_is_the_author_and_the_audit_says_loopback()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.Send("PUT", "/api/v1/services/default/a", TestServer.Service("a"), ("Mesh-Author", "ann"));
        JsonElement record = (await server.Send("GET", "/api/v1/audit")).IsOk().Json.GetProperty("records")[0];
        Assert.Equal(("loopback", "ann"), (record.GetProperty("by").GetString(), record.GetProperty("claimed").GetString()));
        Assert.Equal("ann", (await server.Send("GET", "/api/v1/generations?limit=1")).Json.GetProperty("generations")[0].GetProperty("author").GetString());
    }

    [Fact]
    public async Task Tokens_restores_and_rollbacks_are_recorded()
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        Answer put = await server.SendAs(server.Admin, "PUT", "/api/v1/services/shop/a", GuardedServer.Service("a", "shop"));
        string join = (await server.SendAs(server.Admin, "POST", "/api/v1/tokens", """{"service":"web"}""")).Json.GetProperty("token").GetProperty("id").GetString()!;
        (await server.SendAs(server.Admin, "DELETE", $"/api/v1/tokens/{join}")).IsOk();
        (await server.SendAs(server.Admin, "DELETE", $"/api/v1/tokens/{join}")).IsOk();
        (await server.SendAs(server.Admin, "POST", "/api/v1/rollback", $$"""{"generation":{{put.Generation - 1}}}""")).IsOk();
        string file = Path.Combine(server.Server.Folder, "backup.db");
        await server.Server.Server.Services.GetRequiredService<IMeshStore>().BackUpAsync(file, TestContext.Current.CancellationToken);
        using (var backup = SqliteConnections.Open(file, Microsoft.Data.Sqlite.SqliteOpenMode.ReadOnly))
        {
            // Nobody is let in, or forgotten, by a copy.
            Assert.Equal(0, backup.Scalar<long>("SELECT (SELECT count(*) FROM audit) + (SELECT count(*) FROM access_tokens)"));
        }

        using ByteArrayContent body = new(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
        body.Headers.ContentType = new("application/octet-stream");
        using HttpRequestMessage restore = new(HttpMethod.Post, "/api/v1/restore") { Content = body };
        restore.Headers.Authorization = new("Bearer", server.Admin);
        using HttpResponseMessage restored = await server.Server.Client.SendAsync(restore, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, restored.StatusCode);

        JsonElement[] records = await RecordsAsync(server);
        Assert.Equal(
            ["documents restore", $"documents rollback to {put.Generation - 1}", "tokens revoke", "tokens create", "documents put", "access create"],
            records.Select(record => $"{record.GetProperty("kind")} {record.GetProperty("action")}"));
        Assert.Equal("mesh", records[^1].GetProperty("by").GetString());
        JsonElement revoke = records[2].GetProperty("changes")[0];
        Assert.Equal($"token {join} of web.default", revoke.GetProperty("target").GetString());
        Assert.Equal(records[3].GetProperty("changes")[0].GetProperty("after").GetString(), revoke.GetProperty("before").GetString());
        Assert.NotEqual(revoke.GetProperty("before").GetString(), revoke.GetProperty("after").GetString());
        (await server.SendAs(server.Admin, "GET", "/api/v1/access")).IsOk();
    }

    [Fact]
    public async Task A_write_and_its_record_are_there_together_or_not_at_all()
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        SqliteDatabase database = server.Server.Server.Services.GetRequiredService<SqliteDatabase>();
        database.Write(connection => connection.Execute("ALTER TABLE audit RENAME TO away"));
        (await server.SendAs(server.Admin, "PUT", "/api/v1/services/shop/a", GuardedServer.Service("a", "shop")))
            .IsProblem(HttpStatusCode.ServiceUnavailable, "audit");
        (await server.SendAs(server.Admin, "POST", "/api/v1/tokens", """{"service":"web"}""")).IsProblem(HttpStatusCode.ServiceUnavailable, "audit");
        (await server.SendAs(server.Admin, "POST", "/api/v1/access", """{"role":"viewer"}""")).IsProblem(HttpStatusCode.ServiceUnavailable, "audit");
        database.Write(connection => connection.Execute("ALTER TABLE away RENAME TO audit"));
        Assert.Equal("[]", (await server.SendAs(server.Admin, "GET", "/api/v1/documents")).Json.GetProperty("documents").GetRawText());
        Assert.Equal("[]", (await server.SendAs(server.Admin, "GET", "/api/v1/tokens")).Json.GetProperty("tokens").GetRawText());
        Assert.Single((await server.SendAs(server.Admin, "GET", "/api/v1/access")).Json.GetProperty("tokens").EnumerateArray());
        Assert.Equal(HttpStatusCode.Created, (await server.SendAs(server.Admin, "PUT", "/api/v1/services/shop/a", GuardedServer.Service("a", "shop"))).Status);
    }

    [Theory]
    [InlineData(null, "unproven", "401: An access token is needed")]
    [InlineData("viewer", "ci", "403: This takes the role editor")]
    [InlineData("editor", "ci", "403: Service a.other is of the namespace 'other'")]
    public async Task A_write_that_was_refused_is_recorded(string? role, string by, string refusal)
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        string token = role is null ? "access.x.secretsecret" : await server.TokenAsync(role, "ci", namespaces: "shop");
        Answer answer = role is null
            ? await server.Server.Send("PUT", "/api/v1/services/other/a", GuardedServer.Service("a", "other"))
            : await server.SendAs(token, "PUT", "/api/v1/services/other/a", GuardedServer.Service("a", "other"));
        Assert.True(answer.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, answer.Text);
        Answer audit = await server.SendAs(server.Admin, "GET", $"/api/v1/audit?by={by}&kind=documents");
        JsonElement record = Assert.Single(audit.IsOk().Json.GetProperty("records").EnumerateArray());
        Assert.StartsWith(refusal, record.GetProperty("refusal").GetString(), StringComparison.Ordinal);
        Assert.Equal("PUT /api/v1/services/{namespace}/{name}", record.GetProperty("action").GetString());
        Assert.Equal("namespace=other name=a", record.GetProperty("changes")[0].GetProperty("target").GetString());
        Assert.Equal(JsonValueKind.Null, record.GetProperty("generation").ValueKind);
        Assert.DoesNotContain(token.Split('.')[2], audit.Text, StringComparison.Ordinal);
        Assert.All(server.Server.Log.GetSnapshot(), line => Assert.DoesNotContain(token.Split('.')[2], line.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_write_that_comes_again_is_refused_and_recorded()
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        string first = (await server.SendAs(server.Admin, "PUT", "/api/v1/services/shop/a", GuardedServer.Service("a", "shop"))).ETag;
        (string, string) condition = ("If-Match", first);
        string body = GuardedServer.Service("a", "shop", ""","outlierDetection":{"consecutiveErrors":7}""");
        (await server.SendAs(server.Admin, "PUT", "/api/v1/services/shop/a", body, condition)).IsOk();
        (await server.SendAs(server.Admin, "PUT", "/api/v1/services/shop/a", body, condition)).IsProblem(HttpStatusCode.PreconditionFailed, "");
        Assert.StartsWith("412: ", (await RecordsAsync(server))[0].GetProperty("refusal").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_many_that_are_refused_so_many_a_minute_are_recorded_and_no_write_is_left_out()
    {
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        await using GuardedServer server = await GuardedServer.StartAsync(time: time);
        string token = await server.TokenAsync("viewer", "ci");
        for (int each = 0; each < 40; each++)
        {
            await server.Server.Send("DELETE", "/api/v1/services/other/a");
        }

        // Who floods does not hide another.
        await server.SendAs(token, "DELETE", "/api/v1/services/other/a");
        await server.SendAs(server.Admin, "PUT", "/api/v1/services/shop/a", GuardedServer.Service("a", "shop"));
        JsonElement[] records = await RecordsAsync(server);
        Assert.Equal(30, records.Count(record => record.GetProperty("by").GetString() == "unproven"));
        JsonElement other = Assert.Single(records, record => record.GetProperty("by").GetString() == "ci");
        Assert.Equal(10, other.GetProperty("omitted").GetInt32());
        Assert.Equal("put", records[0].GetProperty("action").GetString());
        Assert.Contains(server.Server.Log.GetSnapshot(), line => line.Id.Id == 172);

        time.Advance(TimeSpan.FromMinutes(1));
        await server.Server.Send("DELETE", "/api/v1/services/other/a");
        Assert.Equal("unproven", (await RecordsAsync(server))[0].GetProperty("by").GetString());
    }

    [Fact]
    public async Task It_is_read_in_pages_since_a_time_by_a_name_and_of_a_kind()
    {
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        await using GuardedServer server = await GuardedServer.StartAsync(time: time);
        string token = await server.TokenAsync("editor", "ci");
        foreach (string name in (string[])["a", "b", "c"])
        {
            time.Advance(TimeSpan.FromSeconds(10));
            await server.SendAs(token, "PUT", $"/api/v1/services/shop/{name}", GuardedServer.Service(name, "shop"));
        }

        JsonElement[] all = await RecordsAsync(server);
        Assert.Equal(5, all.Length);
        JsonElement[] page = await RecordsAsync(server, "?limit=2");
        Assert.Equal(["Service c.shop", "Service b.shop"], page.Select(Target));
        Assert.Equal("Service a.shop", Target((await RecordsAsync(server, $"?limit=1&before={page[^1].GetProperty("number")}"))[0]));
        Assert.Equal(3, (await RecordsAsync(server, "?by=CI")).Length);
        Assert.Equal(2, (await RecordsAsync(server, "?kind=access")).Length);
        Assert.Equal(2, (await RecordsAsync(server, $"?since={Uri.EscapeDataString($"{time.GetUtcNow() - TimeSpan.FromSeconds(10):O}")}")).Length);
        (await server.SendAs(server.Admin, "GET", "/api/v1/audit?limit=0")).IsProblem(HttpStatusCode.BadRequest, "limit is from 1 to 1000");
        (await server.SendAs(server.Admin, "GET", "/api/v1/audit?kind=x")).IsProblem(HttpStatusCode.BadRequest, "'x' is no kind of write");
        (await server.SendAs(server.Admin, "GET", "/api/v1/audit?since=x")).IsProblem(HttpStatusCode.BadRequest, "since");
    }

    [Fact]
    public void Of_refusals_the_newest_are_kept_and_of_writes_all()
    {
        using Infrastructure.StoreFolder folder = new();
        using SqliteDatabase database = SqliteDatabase.Open(folder.Path, "--data", folder.Time);
        AuditRecord write = new() { Time = folder.Time.GetUtcNow(), Origin = WriteOrigin.OfServer, Kind = AuditKinds.Documents, Action = "put", Version = new StoreVersion(1, 1) };
        database.Transact(connection =>
        {
            AuditRows.Add(connection, write);
            for (int each = 0; each < 10_002; each++)
            {
                AuditRows.Add(connection, write with { Refusal = "403: no", Version = null });
            }

            return true;
        });
        List<AuditRecord> left = database.Write(connection => AuditRows.Read(connection, new AuditQuery { Limit = int.MaxValue }));
        Assert.Equal(10_000, left.Count(record => record.Refusal is not null));
        Assert.Single(left, record => record.Refusal is null);
    }

    private static string? Target(JsonElement record) => record.GetProperty("changes")[0].GetProperty("target").GetString();

    private static async Task<JsonElement[]> RecordsAsync(GuardedServer server, string query = "") =>
        [.. (await server.SendAs(server.Admin, "GET", $"/api/v1/audit{query}")).IsOk().Json.GetProperty("records").EnumerateArray()];
}
