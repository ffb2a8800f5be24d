using System.Net;
using System.Text.Json;
using Mesh.ConfigServer.Tests.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.ConfigServer.Tests.Access;

/// <summary>Who is let in. Of each attack there is a twin that is let in, and between the two one fact is another.</summary>
public class AccessGuardTests
{
    private const string Read = "/api/v1/documents";

    [Fact]
    public async Task No_token_is_refused_and_a_good_one_taken()
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        Answer refused = await server.Server.Send("GET", Read);
        refused.IsProblem(HttpStatusCode.Unauthorized, "An access token is needed");
        Assert.Equal("Bearer realm=\"mesh\"", refused.Headers["WWW-Authenticate"]);
        (await server.SendAs(server.Admin, "GET", Read)).IsOk();
    }

    [Theory]
    [InlineData("Bearer {token}", true)]
    [InlineData("bearer {token}", true)]
    [InlineData("BEARER   {token}", true)]
    [InlineData("Basic {token}", false)]
    [InlineData("{token}", false)]
    [InlineData("Bearer", false)]
    [InlineData("Bearer {token}x", false)]
    [InlineData("Bearer {token}.x", false)]
    [InlineData("Bearer x{token}", false)]
    [InlineData("Bearer {token}, Bearer {token}", false)]
    [InlineData("Bearer {token} {token}", false)]
    public async Task Only_one_bearer_token_is_taken(string header, bool isTaken)
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        Answer answer = await server.Server.Send("GET", Read, null, ("Authorization", header.Replace("{token}", server.Admin, StringComparison.Ordinal)));
        Assert.Equal(isTaken ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, answer.Status);
        Assert.DoesNotContain(Secret(server.Admin), answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 200)]
    [InlineData(2, 401)]
    public async Task A_header_that_comes_twice_is_refused_although_each_is_good(int times, int status)
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        string headers = string.Concat(Enumerable.Repeat($"Authorization: Bearer {server.Admin}\r\n", times));
        Assert.StartsWith($"HTTP/1.1 {status} ", await RawHttp.SendAsync(server.Server, $"GET {Read} HTTP/1.1\r\nHost: localhost\r\n{headers}Connection: close\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_header_that_is_folded_is_refused()
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        Assert.StartsWith("HTTP/1.1 400 ", await RawHttp.SendAsync(
            server.Server, $"GET {Read} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer\r\n {server.Admin}\r\nConnection: close\r\n\r\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("access_token")]
    [InlineData("token")]
    [InlineData("Authorization")]
    public async Task A_token_in_the_query_is_none(string name)
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        Answer answer = await server.Server.Send("GET", $"{Read}?{name}={server.Admin}");
        answer.IsProblem(HttpStatusCode.Unauthorized, "An access token is needed");
        Assert.DoesNotContain(Secret(server.Admin), answer.Text, StringComparison.Ordinal);
        Assert.All(server.Server.Log.GetSnapshot(), line => Assert.DoesNotContain(Secret(server.Admin), line.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wrong_secret_and_a_token_that_there_is_not_are_told_apart_by_nothing()
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        string wrong = server.Admin[..^1] + (server.Admin[^1] == 'A' ? 'B' : 'A');
        string unknown = $"access.aaaaaaaaaaaa.{Secret(server.Admin)}";
        Answer first = await server.SendAs(wrong, "GET", Read);
        Answer second = await server.SendAs(unknown, "GET", Read);
        first.IsProblem(HttpStatusCode.Unauthorized, "The access token is not known here.");
        Assert.Equal(first.Text, second.Text);
        (await server.SendAs(server.Admin, "GET", Read)).IsOk();
    }

    [Fact]
    public async Task A_revoked_token_is_refused_at_once_and_the_other_stays()
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        string token = await server.TokenAsync("viewer");
        string other = await server.TokenAsync("viewer");
        (await server.SendAs(token, "GET", Read)).IsOk();
        string id = token.Split('.')[1];
        Assert.Equal("revoked", (await server.SendAs(server.Admin, "DELETE", $"/api/v1/access/{id}")).IsOk().Json.GetProperty("state").GetString());
        (await server.SendAs(token, "GET", Read)).IsProblem(HttpStatusCode.Unauthorized, $"The access token {id} was revoked at ");
        (await server.SendAs(other, "GET", Read)).IsOk();
    }

    [Fact]
    public async Task A_token_ends_at_its_time_and_not_before()
    {
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        await using GuardedServer server = await GuardedServer.StartAsync(time: time);
        string token = await server.TokenAsync("viewer", ttl: "1m");
        time.Advance(TimeSpan.FromSeconds(59.9));
        (await server.SendAs(token, "GET", Read)).IsOk();
        time.Advance(TimeSpan.FromSeconds(0.1));
        (await server.SendAs(token, "GET", Read)).IsProblem(HttpStatusCode.Unauthorized, " expired at ");
    }

    [Theory]
    [InlineData("GET", "/api/v1/documents", "viewer")]
    [InlineData("GET", "/metrics", "viewer")]
    [InlineData("GET", "/openapi/v1.json", "viewer")]
    [InlineData("GET", "/api/v1/audit", "viewer")]
    [InlineData("GET", "/api/v1/nothing", "viewer")]
    [InlineData("PUT", "/api/v1/services/default/x", "editor")]
    [InlineData("DELETE", "/api/v1/services/default/x", "editor")]
    [InlineData("POST", "/api/v1/apply", "editor")]
    [InlineData("POST", "/api/v1/rollback", "editor")]
    [InlineData("PUT", "/api/v1/mesh-settings", "editor")]
    [InlineData("GET", "/api/v1/tokens", "admin")]
    [InlineData("POST", "/api/v1/tokens", "admin")]
    [InlineData("DELETE", "/api/v1/tokens/x", "admin")]
    [InlineData("GET", "/api/v1/access", "admin")]
    [InlineData("POST", "/api/v1/access", "admin")]
    [InlineData("DELETE", "/api/v1/access/x", "admin")]
    [InlineData("GET", "/api/v1/backup", "admin")]
    [InlineData("POST", "/api/v1/restore", "admin")]
    public async Task A_role_that_is_too_low_is_refused_and_the_needed_one_named(string method, string path, string role)
    {
        string[] roles = ["viewer", "editor", "admin"];
        await using GuardedServer server = await GuardedServer.StartAsync();
        (await server.Server.Send(method, path)).IsProblem(HttpStatusCode.Unauthorized, "An access token is needed");
        foreach (string each in roles)
        {
            Answer answer = await server.SendAs(await server.TokenAsync(each), method, path);
            if (roles.IndexOf(each) < roles.IndexOf(role))
            {
                answer.IsProblem(HttpStatusCode.Forbidden, $"This takes the role {role}, and the access token '{each}-");
            }
            else
            {
                // Whatever else is wrong with it, the caller may ask.
                Assert.False(answer.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, answer.Text);
            }
        }
    }

    [Fact]
    public async Task Every_endpoint_says_whom_it_is_for()
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        string viewer = await server.TokenAsync("viewer");
        JsonElement paths = (await server.SendAs(viewer, "GET", "/openapi/v1.json")).IsOk().Json.GetProperty("paths");
        string[] open = [];
        foreach (JsonProperty path in paths.EnumerateObject())
        {
            foreach (JsonProperty operation in path.Value.EnumerateObject())
            {
                string url = path.Name.Replace("{namespace}", "default", StringComparison.Ordinal).Replace("{generation}", "0", StringComparison.Ordinal)
                    .Replace("{name}", "x", StringComparison.Ordinal).Replace("{id}", "x", StringComparison.Ordinal);
                Answer anonymous = await server.Server.Send(operation.Name.ToUpperInvariant(), url);
                open = anonymous.Status is HttpStatusCode.Unauthorized ? open : [.. open, path.Name];

                // What changes anything is for nobody who may read alone.
                if (operation.Name is not "get" && path.Name is not ("/api/v1/validate" or "/api/v1/explain"))
                {
                    (await server.SendAs(viewer, operation.Name.ToUpperInvariant(), url)).IsProblem(HttpStatusCode.Forbidden, "This takes the role ");
                }
            }
        }

        Assert.Equal(["/healthz", "/readyz"], open.Order());
    }

    [Theory]
    [InlineData(false, 401)]
    [InlineData(true, 200)]
    public async Task Metrics_are_open_only_by_their_option(bool isAnonymous, int status)
    {
        await using GuardedServer server = await GuardedServer.StartAsync(options => options.MetricsAnonymous = isAnonymous);
        Assert.Equal(status, (int)(await server.Server.Send("GET", "/metrics")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.Server.Send("GET", Read)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.SendAs("access.x.y", "GET", "/metrics")).Status);
    }

    [Theory]
    [InlineData("/api/v1/services/shop%2f..%2fother/x")]
    [InlineData("/api/v1/services/shop/../other/x")]
    [InlineData("/api/v1/services/shop/%2e%2e/other/x")]
    [InlineData("/api/v1/./services/other/x")]
    [InlineData("/API/V1/SERVICES/OTHER/X")]
    [InlineData("/api/v1/services/Other/x")]
    [InlineData("/api/v1/services/%6fther/x")]
    [InlineData("//api/v1/services/other/x")]
    [InlineData("/api/v1/services/other/x/")]
    [InlineData("/api/v1/services/other;shop/x")]
    [InlineData("/healthz/../api/v1/services/other/x")]
    public async Task However_a_path_is_written_it_is_judged_as_what_it_leads_to(string path)
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        string token = await server.TokenAsync("editor", namespaces: "shop");
        string body = GuardedServer.Service("x", "other");
        string head = $"Host: localhost\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n";
        string anonymous = await RawHttp.SendAsync(server.Server, $"PUT {path} HTTP/1.1\r\n{head}\r\n{body}");
        Assert.StartsWith("HTTP/1.1 401 ", anonymous, StringComparison.Ordinal);
        string scoped = await RawHttp.SendAsync(server.Server, $"PUT {path} HTTP/1.1\r\n{head}Authorization: Bearer {token}\r\n\r\n{body}");
        Assert.Matches("^HTTP/1.1 (400|403|404) ", scoped);
        Assert.Equal("[]", (await server.SendAs(server.Admin, "GET", Read)).IsOk().Json.GetProperty("documents").GetRawText());
        Assert.Equal(HttpStatusCode.Created, (await server.SendAs(token, "PUT", "/api/v1/services/shop/x", GuardedServer.Service("x", "shop"))).Status);
    }

    [Fact]
    public async Task On_loopback_nobody_is_asked_but_a_token_that_is_shown_is_heeded()
    {
        await using TestServer server = await TestServer.StartAsync();
        (await server.Send("GET", Read)).IsOk();
        (await server.Send("GET", Read, null, ("Authorization", "Bearer access.x.y"))).IsProblem(HttpStatusCode.Unauthorized, "not known here");
        Answer made = await server.Send("POST", "/api/v1/access", """{"role":"viewer","name":"ann"}""");
        string token = made.Json.GetProperty("text").GetString()!;
        (await server.Send("PUT", "/api/v1/services/default/a", TestServer.Service("a"), ("Authorization", $"Bearer {token}")))
            .IsProblem(HttpStatusCode.Forbidden, "This takes the role editor");
        await server.Put("a");
    }

    [Fact]
    public void Secrets_are_compared_in_constant_time() => Assert.Contains(
        typeof(System.Security.Cryptography.CryptographicOperations).GetMethod("FixedTimeEquals")!,
        Calls.Of(typeof(Mesh.ConfigServer.Access.AccessText).GetMethod("Proves")!));

    private static string Secret(string token) => token.Split('.')[2];
}
