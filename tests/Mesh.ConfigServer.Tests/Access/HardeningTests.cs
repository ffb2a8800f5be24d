using System.Net;
using Mesh.ConfigServer.Tests.Hosting;

namespace Mesh.ConfigServer.Tests.Access;

/// <summary>What browsers, and web pages in them, get of the server: nothing.</summary>
public class HardeningTests
{
    [Theory]
    [InlineData("GET", "/api/v1/documents")]
    [InlineData("GET", "/api/v1/nothing")]
    [InlineData("POST", "/api/v1/apply")]
    [InlineData("GET", "/healthz")]
    [InlineData("GET", "/metrics")]
    public async Task Every_answer_has_secure_headers(string method, string path)
    {
        await using TestServer server = await TestServer.StartAsync();
        Answer answer = await server.Send(method, path);
        Assert.Equal("nosniff", answer.Headers["X-Content-Type-Options"]);
        Assert.Equal("no-store", answer.Headers["Cache-Control"]);
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", answer.Headers["Content-Security-Policy"]);
        Assert.Equal("no-referrer", answer.Headers["Referrer-Policy"]);
        Assert.DoesNotContain("Server", answer.Headers.Keys);
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("http://localhost")]
    [InlineData("null")]
    public async Task A_web_page_of_others_gets_nothing_and_writes_nothing(string origin)
    {
        await using TestServer server = await TestServer.StartAsync();
        (string, string) header = ("Origin", origin);
        Answer read = await server.Send("GET", "/api/v1/documents", null, header);
        read.IsProblem(HttpStatusCode.Forbidden, "which is another than this server's");
        Answer preflight = await server.Send("OPTIONS", "/api/v1/apply", null, header, ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "content-type"));
        Assert.Equal(HttpStatusCode.Forbidden, preflight.Status);
        (await server.Send("POST", "/api/v1/apply", TestServer.Service("a"), header)).IsProblem(HttpStatusCode.Forbidden, "web page");
        foreach (Answer answer in (Answer[])[read, preflight, await server.Send("OPTIONS", "/api/v1/apply")])
        {
            Assert.DoesNotContain(answer.Headers.Keys, name => name.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
        }

        (await server.Send("POST", "/api/v1/apply", TestServer.Service("a"), ("Origin", $"http://{server.Server.Addresses.Http}"))).IsOk();
    }

    [Theory]
    [InlineData("POST", "/api/v1/apply")]
    [InlineData("PUT", "/api/v1/services/default/a")]
    [InlineData("POST", "/api/v1/rollback")]
    [InlineData("POST", "/api/v1/tokens")]
    [InlineData("POST", "/api/v1/access")]
    [InlineData("POST", "/api/v1/restore")]
    public async Task What_a_form_can_send_is_taken_nowhere(string method, string path)
    {
        await using TestServer server = await TestServer.StartAsync();
        foreach (string type in (string[])["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
        {
            (await server.Send(method, path, TestServer.Service("a"), ("Content-Type", type))).IsProblem(HttpStatusCode.UnsupportedMediaType, "Content-Type");
        }
    }

    [Theory]
    [InlineData(64, 400)]
    [InlineData(65, 413)]
    public async Task A_request_for_a_token_is_small(int kilobytes, int status)
    {
        await using TestServer server = await TestServer.StartAsync();
        string start = """{"role":"x","name":" """;
        string body = start + new string('a', (kilobytes * 1024) - start.Length - 2) + "\"}";
        Assert.Equal(status, (int)(await server.Send("POST", "/api/v1/access", body)).Status);
        Assert.Equal(status, (int)(await server.Send("POST", "/api/v1/tokens", body)).Status);
    }

    [Fact]
    public async Task A_body_is_not_read_for_who_is_not_let_in()
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        string answer = await RawHttp.SendAsync(
            server.Server, "POST /api/v1/apply HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 16000000\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 401 ", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost", 200)]
    [InlineData("evil.example", 421)]
    public async Task The_host_is_this_machine_also_for_who_has_a_token(string host, int status)
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        Assert.Equal(status, (int)(await server.SendAs(server.Admin, "GET", "/api/v1/documents", null, ("Host", host))).Status);
    }
}
