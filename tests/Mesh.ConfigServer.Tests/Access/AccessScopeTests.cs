using System.Net;
using System.Text.Json;
using Mesh.ConfigServer.Tests.Hosting;

namespace Mesh.ConfigServer.Tests.Access;

/// <summary>A token for a namespace sees and writes there, and nowhere else.</summary>
public class AccessScopeTests
{
    private const string Settings = """{"kind":"MeshSettings","defaults":{"outlierDetection":{"consecutiveErrors":7}}}""";
    private const string Outside = "may write in 'shop' alone. Nothing was changed.";

    [Theory]
    [InlineData("shop", true)]
    [InlineData("SHOP", true)]
    [InlineData("other", false)]
    [InlineData("shop2", false)]
    [InlineData("default", false)]
    [InlineData("shop.x", false)]
    public async Task One_document_is_written_and_deleted_in_its_own_namespace(string space, bool isOwn)
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        string token = await server.TokenAsync("editor", namespaces: "shop");
        string path = $"/api/v1/services/{space}/a";
        Answer put = await server.SendAs(token, "PUT", path, GuardedServer.Service("a", space));
        Check(put);
        if (!isOwn)
        {
            Assert.Equal(HttpStatusCode.Created, (await server.SendAs(server.Admin, "PUT", path, GuardedServer.Service("a", space))).Status);

            // Neither what is there already, nor a precondition, nor a dry run tells anything.
            Check(await server.SendAs(token, "PUT", path, GuardedServer.Service("a", space)));
            Check(await server.SendAs(token, "PUT", path, GuardedServer.Service("a", space), ("If-None-Match", "*")));
            Check(await server.SendAs(token, "PUT", $"{path}?dryRun=true", GuardedServer.Service("a", space)));
            (await server.SendAs(token, "GET", path)).IsProblem(HttpStatusCode.Forbidden, "is not for the namespace");
        }

        Check(await server.SendAs(token, "DELETE", path));
        Assert.Equal(isOwn ? 0 : 1, Documents(await server.SendAs(server.Admin, "GET", "/api/v1/documents")));

        void Check(Answer answer)
        {
            if (isOwn)
            {
                Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.Created, answer.Text);
            }
            else
            {
                answer.IsProblem(HttpStatusCode.Forbidden, Outside);
            }
        }
    }

    [Theory]
    [InlineData("shop", 200)]
    [InlineData("other", 403)]
    public async Task Of_many_documents_none_may_be_of_another_namespace(string second, int status)
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        string token = await server.TokenAsync("editor", namespaces: "shop");
        Answer answer = await server.SendAs(
            token, "POST", "/api/v1/apply", $"[{GuardedServer.Service("a", "shop")},{GuardedServer.Service("b", second)}]");
        Assert.Equal(status, (int)answer.Status);
        Assert.Equal(status == 200 ? 2 : 0, Documents(await server.SendAs(server.Admin, "GET", "/api/v1/documents")));
    }

    [Theory]
    [InlineData("shop", 200)]
    [InlineData("other", 403)]
    public async Task Prune_deletes_nothing_of_others(string other, int status)
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        string token = await server.TokenAsync("editor", namespaces: "shop");
        Assert.Equal(HttpStatusCode.OK, (await server.SendAs(server.Admin, "POST", "/api/v1/apply", GuardedServer.Service("b", other))).Status);
        Answer answer = await server.SendAs(token, "POST", "/api/v1/apply?prune=true", GuardedServer.Service("a", "shop"));
        Assert.Equal(status, (int)answer.Status);
        Assert.Equal(1, Documents(await server.SendAs(server.Admin, "GET", "/api/v1/documents")));
    }

    [Theory]
    [InlineData("shop", 200)]
    [InlineData("other", 403)]
    public async Task A_rollback_takes_nothing_of_others_back(string other, int status)
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        string token = await server.TokenAsync("editor", namespaces: "shop");
        Assert.Equal(HttpStatusCode.OK, (await server.SendAs(server.Admin, "POST", "/api/v1/apply", GuardedServer.Service("a", "shop"))).Status);
        Answer second = await server.SendAs(server.Admin, "POST", "/api/v1/apply", GuardedServer.Service("b", other));
        Answer answer = await server.SendAs(token, "POST", "/api/v1/rollback", $$"""{"generation":{{second.Generation - 1}}}""");
        Assert.Equal(status, (int)answer.Status);
        Assert.Equal(status == 200 ? 1 : 2, Documents(await server.SendAs(server.Admin, "GET", "/api/v1/documents")));
    }

    [Theory]
    [InlineData("*", 201)]
    [InlineData("shop", 403)]
    public async Task What_holds_for_the_whole_mesh_takes_all_namespaces(string space, int status)
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        string token = await server.TokenAsync("editor", namespaces: space);
        Answer answer = await server.SendAs(token, "PUT", "/api/v1/mesh-settings", Settings);
        Assert.Equal(status, (int)answer.Status);
        Assert.Equal(status == 201 ? 200 : 403, (int)(await server.SendAs(token, "GET", "/api/v1/audit")).Status);
    }

    [Theory]
    [InlineData("shop", "shop", 201)]
    [InlineData("shop", "other", 403)]
    [InlineData("shop", "*", 403)]
    [InlineData("*", "*", 201)]
    public async Task A_policy_is_written_where_it_holds(string allowed, string space, int status)
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        string token = await server.TokenAsync("editor", namespaces: allowed);
        foreach ((string kind, string place, string more) in ((string, string, string)[])[
            ("AuthorizationPolicy", "authorization-policies", ""","action":"Allow" """), ("PeerAuthentication", "peer-authentications", ""","mode":"Strict" """)])
        {
            Answer answer = await server.SendAs(
                token, "PUT", $"/api/v1/{place}/{Uri.EscapeDataString(space)}/p", $$"""{"kind":"{{kind}}","name":"p","namespace":"{{space}}"{{more}}}""");
            Assert.True((int)answer.Status == status, answer.Text);
        }
    }

    [Theory]
    [InlineData("catalog", true)]
    [InlineData("catalog.shop", true)]
    [InlineData("catalog.shop:8080", true)]
    [InlineData("catalog.other", false)]
    [InlineData("catalog.other:8080", false)]
    [InlineData("api.example.com", false)]
    [InlineData("*.other", false)]
    public async Task A_document_takes_no_calls_of_others_by_its_hosts(string host, bool isOwn)
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        string token = await server.TokenAsync("editor", namespaces: "shop");
        string body = GuardedServer.Service("a", "shop", $$""","hosts":["{{host}}"]""");
        Answer answer = await server.SendAs(token, "PUT", "/api/v1/services/shop/a", body);
        Assert.Equal(isOwn ? HttpStatusCode.Created : HttpStatusCode.Forbidden, answer.Status);
        Assert.Equal(isOwn ? HttpStatusCode.OK : HttpStatusCode.Created, (await server.SendAs(server.Admin, "PUT", "/api/v1/services/shop/a", body)).Status);
    }

    [Fact]
    public async Task It_sees_its_own_and_what_holds_for_all()
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        string token = await server.TokenAsync("viewer", namespaces: "shop");
        Answer applied = await server.SendAs(
            server.Admin, "POST", "/api/v1/apply",
            $"[{GuardedServer.Service("a", "shop")},{GuardedServer.Service("secrets", "other")},{Settings}]");
        foreach (string path in (string[])[
            "/api/v1/documents", "/api/v1/services", "/api/v1/endpoints", "/api/v1/clients", "/api/v1/generations", $"/api/v1/generations/{applied.Generation}"])
        {
            Answer seen = (await server.SendAs(token, "GET", path)).IsOk();
            Assert.DoesNotContain("secrets", seen.Text, StringComparison.Ordinal);
            if (path != "/api/v1/clients")
            {
                Assert.Contains("shop", seen.Text, StringComparison.Ordinal);
                Assert.Contains("secrets", (await server.SendAs(server.Admin, "GET", path)).IsOk().Text, StringComparison.Ordinal);
            }
        }

        (await server.SendAs(token, "GET", "/api/v1/mesh-settings")).IsOk();
        (await server.SendAs(token, "POST", "/api/v1/explain", """{"url":"http://a.shop/"}""")).IsOk();
        (await server.SendAs(token, "POST", "/api/v1/explain", """{"url":"http://secrets.other/"}""")).IsProblem(HttpStatusCode.Forbidden, "is not for the namespace of secrets.other");
    }

    [Theory]
    [InlineData("""{}""", "role is missing")]
    [InlineData("""{"role":"root"}""", "role is 'root': it is one of viewer, editor, admin.")]
    [InlineData("""{"role":"1"}""", "role is '1'")]
    [InlineData("""{"role":"admin","namespaces":["shop"]}""", "An admin has all namespaces")]
    [InlineData("""{"role":"viewer","namespaces":[]}""", "namespaces are from 1 to 64")]
    [InlineData("""{"role":"viewer","namespaces":["*","shop"]}""", "namespaces are '*'")]
    [InlineData("""{"role":"viewer","namespaces":["a b"]}""", "'a b' is no name of a namespace")]
    [InlineData("""{"role":"viewer","name":"loopback"}""", "which the audit calls somebody else")]
    [InlineData("""{"role":"viewer","name":"a b"}""", "name is 'a b'")]
    [InlineData("""{"role":"viewer","ttl":"0d"}""", "ttl is '0d'")]
    [InlineData("""{"role":"viewer","ttl":"366d"}""", "ttl is '366d'")]
    [InlineData("""{"role":"viewer","ttl":"10s"}""", "ttl is '10s'")]
    public async Task A_token_that_cannot_be_is_not_made(string body, string expected)
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        (await server.SendAs(server.Admin, "POST", "/api/v1/access", body)).IsProblem(HttpStatusCode.BadRequest, expected);
        Assert.Single((await server.SendAs(server.Admin, "GET", "/api/v1/access")).Json.GetProperty("tokens").EnumerateArray());
    }

    [Fact]
    public async Task A_name_belongs_to_one_token_in_force_and_the_list_has_no_secrets()
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        string first = await server.TokenAsync("editor", "ci", namespaces: ["shop", "Pay"]);
        (await server.SendAs(server.Admin, "POST", "/api/v1/access", """{"role":"viewer","name":"CI"}""")).IsProblem(HttpStatusCode.Conflict, "has the name 'ci'");
        (await server.SendAs(server.Admin, "DELETE", $"/api/v1/access/{first.Split('.')[1]}")).IsOk();
        string second = await server.TokenAsync("editor", "ci", namespaces: "shop");
        Answer list = (await server.SendAs(server.Admin, "GET", "/api/v1/access")).IsOk();
        JsonElement revoked = Assert.Single(list.Json.GetProperty("tokens").EnumerateArray(), token => token.GetProperty("id").GetString() == first.Split('.')[1]);
        Assert.Equal("""["pay","shop"]""", revoked.GetProperty("namespaces").GetRawText());
        Assert.DoesNotContain(first.Split('.')[2], list.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(second.Split('.')[2], list.Text, StringComparison.Ordinal);
        (await server.SendAs(server.Admin, "DELETE", "/api/v1/access/aaaaaaaaaaaa")).IsProblem(HttpStatusCode.NotFound, "There is no access token 'aaaaaaaaaaaa'");
    }

    private static int Documents(Answer answer) => answer.IsOk().Json.GetProperty("documents").GetArrayLength();
}
