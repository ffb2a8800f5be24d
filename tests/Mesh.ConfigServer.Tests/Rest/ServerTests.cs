using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Mesh.ConfigServer.Tests.Hosting;

namespace Mesh.ConfigServer.Tests.Rest;

public class ServerTests
{
    [Fact]
    public async Task The_status_is_the_server_at_a_glance()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.Put("catalog");
        JsonElement status = (await server.Send("GET", "/api/v1/status")).IsOk().Json;
        Assert.Equal(
            ["version", "epoch", "generation", "meshId", "readOnly", "startedAt", "services", "clients", "store", "xds", "http", "refused"],
            status.EnumerateObject().Select(property => property.Name));
        Assert.Equal((1, 0, false), (status.GetProperty("services").GetInt32(), status.GetProperty("clients").GetInt32(), status.GetProperty("readOnly").GetBoolean()));
        Assert.Equal(server.Server.Addresses.Http, status.GetProperty("http").GetString());
        Assert.Equal(server.Server.Addresses.Xds, status.GetProperty("xds").GetString());
    }

    [Fact]
    public async Task What_is_not_there_is_a_problem()
    {
        await using TestServer server = await TestServer.StartAsync();
        foreach (string path in (string[])["/", "/api", "/api/v1", "/api/v2/status", "/api/v1/service", "/api/v1/services/default", "/api/v1/services/default/a/b", "/x%0d%0ay"])
        {
            Answer answer = await server.Send("GET", path);
            answer.IsProblem(HttpStatusCode.NotFound, "/openapi/v1.json");
        }
    }

    [Fact]
    public async Task Other_methods_are_problems_that_name_the_right_ones()
    {
        await using TestServer server = await TestServer.StartAsync();
        foreach ((string method, string path, string allowed) in ((string, string, string)[])
            [("POST", "/api/v1/status", "GET"), ("PATCH", "/api/v1/services/default/a", "PUT"), ("GET", "/api/v1/apply", "POST"), ("OPTIONS", "/api/v1/documents", "GET"), ("BREW", "/healthz", "GET")])
        {
            Answer answer = await server.Send(method, path);
            answer.IsProblem(HttpStatusCode.MethodNotAllowed, allowed);
            Assert.Contains(allowed, answer.Headers["Allow"], StringComparison.Ordinal);
            Assert.DoesNotContain("Access-Control-Allow-Origin", answer.Headers.Keys);
        }
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("LOCALHOST:80", true)]
    [InlineData("mesh.localhost", true)]
    [InlineData("127.0.0.1:15080", true)]
    [InlineData("127.8.8.8", true)]
    [InlineData("[::1]:15080", true)]
    [InlineData("evil.example", false)]
    [InlineData("localhost.evil.example", false)]
    [InlineData("127.0.0.1.evil.example", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("0.0.0.0", false)]
    public async Task On_loopback_only_names_of_this_machine_are_answered(string host, bool isGood)
    {
        await using TestServer server = await TestServer.StartAsync();
        foreach (string path in (string[])["/api/v1/status", "/healthz", "/nothing"])
        {
            Answer answer = await server.Send("GET", path, null, ("Host", host));
            if (isGood)
            {
                Assert.Equal(path == "/nothing" ? HttpStatusCode.NotFound : HttpStatusCode.OK, answer.Status);
            }
            else
            {
                answer.IsProblem(HttpStatusCode.MisdirectedRequest, host);
            }
        }

        Answer write = await server.Send("PUT", "/api/v1/services/default/a", TestServer.Service("a"), ("Host", host));
        Assert.Equal(isGood ? HttpStatusCode.Created : HttpStatusCode.MisdirectedRequest, write.Status);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_before_it_is_read()
    {
        await using TestServer server = await TestServer.StartAsync();
        string answer = await Raw(server, "POST /api/v1/apply HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 104857600\r\nExpect: 100-continue\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 413", answer, StringComparison.Ordinal);
        Assert.Contains("16 MB", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("100 Continue", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_that_nobody_takes_is_refused_before_it_is_read()
    {
        string folder = Directory.CreateTempSubdirectory("mesh-test-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "rules"));
        await using TestServer server = await TestServer.StartAsync(options => options.WatchDirectory = "rules", folder: folder);
        string answer = await Raw(
            server, "POST /api/v1/restore HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n"
            + "Content-Length: 104857600\r\nExpect: 100-continue\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 405", answer, StringComparison.Ordinal);
        Assert.Contains("Change the files there.", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_that_is_too_large_is_no_matter_of_parts()
    {
        await using TestServer server = await TestServer.StartAsync();
        string answer = await Raw(
            server, "POST /api/v1/restore HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n"
            + "Content-Length: 2000000000\r\nExpect: 100-continue\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 413", answer, StringComparison.Ordinal);
        Assert.Contains("larger than 1024 MB, which is the most that is taken.\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_of_unknown_length_is_refused_when_it_grows_too_large()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(server.Server.Addresses.Http!), TestContext.Current.CancellationToken);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync("POST /api/v1/validate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        byte[] chunk = [.. "100000\r\n"u8, .. Enumerable.Repeat((byte)' ', 0x100000), .. "\r\n"u8];
        Task<string> answer = ReadHead(stream);
        int sent = 0;
        try
        {
            while (!answer.IsCompleted && sent < 100)
            {
                await stream.WriteAsync(chunk, TestContext.Current.CancellationToken);
                sent++;
            }
        }
        catch (IOException)
        {
            // The server has closed the connection, which is what it should do.
        }

        Assert.StartsWith("HTTP/1.1 413", await answer.WaitAsync(TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.InRange(sent, 16, 99);
    }

    [Fact]
    public async Task Bytes_that_are_no_UTF8_are_refused()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var content = new ByteArrayContent([0x7B, 0xFF, 0xFE, 0x7D]);
        content.Headers.ContentType = new("application/json");
        using HttpResponseMessage response = await server.Client.PostAsync(new Uri("/api/v1/apply", UriKind.Relative), content, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("UTF-8", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_is_connected_where_nobody_is()
    {
        await using TestServer server = await TestServer.StartAsync();
        Assert.Empty((await server.Send("GET", "/api/v1/clients")).IsOk().Json.GetProperty("clients").EnumerateArray());
    }

    [Fact]
    public async Task Health_and_readiness()
    {
        await using TestServer server = await TestServer.StartAsync();
        Assert.Equal("ok\n", (await server.Send("GET", "/healthz")).IsOk().Text);
        Assert.Equal("ready\n", (await server.Send("GET", "/readyz")).IsOk().Text);
    }

    [Fact]
    public async Task Metrics_count_requests_writes_and_documents()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using TestServer other = await TestServer.StartAsync();
        Answer put = await server.Put("catalog");
        await server.Put("catalog");
        await server.Send("PUT", "/api/v1/services/default/catalog?dryRun=true", TestServer.Service("catalog"));
        await server.Send("PUT", "/api/v1/services/default/catalog", "{}");
        await server.Send("DELETE", "/api/v1/services/default/catalog", null, ("If-Match", "\"x\""));
        await server.Send("GET", "/nothing/at/all");
        await server.Send("BREW", "/nothing");

        Answer answer = (await server.Send("GET", "/metrics")).IsOk();
        Assert.StartsWith("text/plain; version=0.0.4", answer.Headers["Content-Type"], StringComparison.Ordinal);
        string[] lines = answer.Text.Split('\n');
        foreach (string expected in (string[])
            [
                "# TYPE mesh_config_generation gauge", $"mesh_config_generation {put.Generation}", "mesh_config_documents{kind=\"Service\"} 1",
                "# TYPE mesh_config_writes_total counter", "mesh_config_writes_total{result=\"written\"} 1", "mesh_config_writes_total{result=\"unchanged\"} 1",
                "mesh_config_writes_total{result=\"dry_run\"} 1", "mesh_config_writes_total{result=\"bad_documents\"} 1",
                "mesh_config_writes_total{result=\"precondition_failed\"} 1",
                "mesh_rest_requests_total{route=\"/api/v1/services/{namespace}/{name}\",method=\"PUT\",status=\"201\"} 1",
                "mesh_rest_requests_total{route=\"none\",method=\"GET\",status=\"404\"} 1", "mesh_rest_requests_total{route=\"none\",method=\"other\",status=\"404\"} 1",
            ])
        {
            Assert.Contains(expected, lines);
        }

        Assert.DoesNotContain("result=\"written\"", (await other.Send("GET", "/metrics")).Text, StringComparison.Ordinal);
    }

    private static async Task<string> Raw(TestServer server, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(server.Server.Addresses.Http!), TestContext.Current.CancellationToken);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        return await ReadHead(stream).WaitAsync(TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken);
    }

    private static async Task<string> ReadHead(NetworkStream stream)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[8192];
        while (!text.ToString().Contains('}', StringComparison.Ordinal) && await stream.ReadAsync(buffer, TestContext.Current.CancellationToken) is > 0 and int read)
        {
            text.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }

        return text.ToString();
    }
}
