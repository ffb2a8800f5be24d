using System.Collections.Concurrent;
using System.Net;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Client.Tests.Transport;

/// <summary>HTTP/1.1 and HTTP/2 by prior knowledge, asynchronous and synchronous, with and without bodies.</summary>
public sealed class ProtocolTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Large_bodies_go_both_ways(bool http2)
    {
        byte[] sent = new byte[100 * 1024];
        new Random(1).NextBytes(sent);
        await using Backend backend = await Backend.StartAsync(http2: http2, answer: EchoAsync);
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", backend.Address));
        using HttpRequestMessage request = Request(HttpMethod.Post, http2);
        request.Content = new ByteArrayContent(sent);

        using HttpResponseMessage response = await mesh.Client().SendAsync(request, Cancel);

        Assert.Equal(http2 ? HttpVersion.Version20 : HttpVersion.Version11, response.Version);
        Assert.Equal(sent, await response.Content.ReadAsByteArrayAsync(Cancel));
        Assert.Equal(http2 ? "HTTP/2" : "HTTP/1.1", Assert.Single(backend.Requests).Protocol);
        Assert.Equal(0, mesh.InFlight());
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"Timeout\": \"60s\"")]
    public async Task A_synchronous_call_sends_and_reads_large_bodies(string route)
    {
        byte[] sent = new byte[100 * 1024];
        new Random(1).NextBytes(sent);
        await using Backend backend = await Backend.StartAsync(answer: EchoAsync);
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route(route, backend.Address));
        HttpClient client = mesh.Client();
        foreach (HttpCompletionOption option in Enum.GetValues<HttpCompletionOption>())
        {
            using HttpRequestMessage request = Request(HttpMethod.Post, http2: false);
            request.Content = new ByteArrayContent(sent);

            using HttpResponseMessage response = client.Send(request, option, Cancel);

            using MemoryStream received = new();
            using Stream body = response.Content.ReadAsStream(Cancel);
            received.WriteByte((byte)body.ReadByte());
            body.CopyTo(received);
            Assert.Equal(sent, received.ToArray());
            Assert.Equal(0, mesh.InFlight());
        }
    }

    [Theory]
    [InlineData("HEAD", 200, false)]
    [InlineData("HEAD", 200, true)]
    [InlineData("GET", 204, false)]
    [InlineData("GET", 204, true)]
    [InlineData("GET", 304, false)]
    [InlineData("GET", 304, true)]
    [InlineData("GET", 200, false)]
    [InlineData("GET", 200, true)]
    public async Task An_answer_without_a_body_ends_its_call_with_its_headers(string method, int status, bool http2)
    {
        await using Backend backend = await Backend.StartAsync(http2: http2, answer: context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentLength = method == "HEAD" ? 1000 : status == 200 ? 0 : null;
            context.Response.Headers.ETag = "\"7\"";
            return Task.CompletedTask;
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route("\"Timeout\": \"60s\"", backend.Address));
        using HttpRequestMessage request = Request(new HttpMethod(method), http2);

        using HttpResponseMessage response = await mesh.Client().SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("\"7\"", response.Headers.ETag?.Tag);
        Assert.Equal(0, mesh.InFlight());
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Cancel));
        if (method == "HEAD")
        {
            Assert.Equal(1000, response.Content.Headers.ContentLength);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Headers_of_the_answer_and_of_its_body_arrive_as_they_were_sent(bool http2)
    {
        await using Backend backend = await Backend.StartAsync(http2: http2, answer: context =>
        {
            context.Response.Headers.Append("X-Many", "a");
            context.Response.Headers.Append("X-Many", "b");
            context.Response.Headers.ContentLanguage = "de, en";
            context.Response.Headers.LastModified = "Wed, 02 Jan 2030 03:04:05 GMT";
            context.Response.ContentType = "text/plain; charset=latin1";
            context.Response.ContentLength = 1;
            return context.Response.Body.WriteAsync(new byte[] { 0xE4 }).AsTask();
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", backend.Address));
        using HttpRequestMessage request = Request(HttpMethod.Get, http2);

        using HttpResponseMessage response = await mesh.Client().SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);

        Assert.Equal(["a", "b"], response.Headers.GetValues("X-Many"));
        Assert.Equal(1, response.Content.Headers.ContentLength);
        Assert.Equal(["de", "en"], response.Content.Headers.ContentLanguage);
        Assert.Equal(2030, response.Content.Headers.LastModified?.Year);
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("ä", await response.Content.ReadAsStringAsync(Cancel));
        Assert.Same(request, response.RequestMessage);
    }

    [Fact]
    public async Task Trailers_can_be_read_after_the_body()
    {
        await using Backend backend = await Backend.StartAsync(http2: true, answer: async context =>
        {
            await context.Response.WriteAsync("body");
            context.Response.AppendTrailer("X-Sum", "42");
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", backend.Address));
        using HttpRequestMessage request = Request(HttpMethod.Get, http2: true);

        using HttpResponseMessage response = await mesh.Client().SendAsync(request, Cancel);

        Assert.Equal("42", Assert.Single(response.TrailingHeaders.GetValues("X-Sum")));
    }

    [Fact]
    public async Task The_host_is_the_services_name_and_connections_are_kept()
    {
        await using RawServer server = RawServer.Start(async connection =>
        {
            while (true)
            {
                string head = await connection.ReadRequestAsync();
                await connection.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {head.Length}\r\n\r\n{head}");
            }
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", server.Address));

        for (int call = 0; call < 3; call++)
        {
            string head = await mesh.Client().GetStringAsync(new Uri("http://catalog:8080/a?b=c"), Cancel);
            Assert.StartsWith("GET /a?b=c HTTP/1.1\r\n", head, StringComparison.Ordinal);
            Assert.Contains("Host: catalog:8080\r\n", head, StringComparison.Ordinal);
        }

        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PATCH")]
    [InlineData("PURGE")]
    public async Task A_request_without_a_body_looks_on_the_wire_as_it_does_without_a_mesh(string method)
    {
        await using RawServer server = RawServer.Start(async connection =>
        {
            string head = await connection.ReadRequestAsync();
            await connection.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {head.Length}\r\nConnection: close\r\n\r\n{head}");
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", server.Address));
        using HttpMessageInvoker plain = new(new SocketsHttpHandler());
        using HttpMessageInvoker meshed = new(mesh.Mesh.CreateHandler());
        using HttpRequestMessage first = new(new HttpMethod(method), $"http://{server.Address}/") { Headers = { Host = "catalog" } };
        using HttpRequestMessage second = Request(new HttpMethod(method), http2: false);

        using HttpResponseMessage expected = await plain.SendAsync(first, Cancel);
        using HttpResponseMessage response = await meshed.SendAsync(second, Cancel);

        Assert.Equal(await expected.Content.ReadAsStringAsync(Cancel), await response.Content.ReadAsStringAsync(Cancel));
        Assert.Null(second.Content);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"Timeout\": \"60s\"")]
    public async Task An_upgraded_connection_is_written_to_and_read_from(string route)
    {
        await using RawServer server = RawServer.Start(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
            await connection.Stream.CopyToAsync(connection.Stream, connection.Stopping);
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route(route, server.Address));
        using HttpRequestMessage request = Request(HttpMethod.Get, http2: false);
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.Add(new("echo"));
        using HttpResponseMessage response = await mesh.Client().SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        Assert.Equal(HttpStatusCode.SwitchingProtocols, response.StatusCode);

        await using (Stream both = await response.Content.ReadAsStreamAsync(Cancel))
        {
            Assert.True(both.CanWrite);
            byte[] received = new byte[4];
            await both.WriteAsync("ping"u8.ToArray(), Cancel);
            await both.FlushAsync(Cancel);
            await both.ReadExactlyAsync(received, Cancel);
            Assert.Equal("ping"u8, received);
            both.Write("pong"u8);
            both.Flush();
            both.ReadExactly(received);
            Assert.Equal("pong"u8, received);
            Assert.Equal(2, mesh.InFlight());
        }

        Assert.Equal(0, mesh.InFlight());
    }

    [Fact]
    public async Task Where_a_connection_over_HTTP2_is_full_there_is_another()
    {
        ConcurrentDictionary<string, bool> connections = new();
        TaskCompletionSource isFull = new();
        await using Backend backend = await Backend.StartAsync(
            "full",
            http2: true,
            tls: false,
            services => services.Configure<KestrelServerOptions>(options => options.Limits.Http2.MaxStreamsPerConnection = 1),
            app => app.Run(async context =>
            {
                connections[context.Connection.Id] = true;
                if (connections.Count == 3)
                {
                    isFull.TrySetResult();
                }

                await isFull.Task.WaitAsync(context.RequestAborted);
            }));
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", backend.Address));
        HttpClient client = mesh.Client();

        HttpResponseMessage[] responses = await Task.WhenAll(Enumerable.Range(0, 3).Select(async _ =>
        {
            using HttpRequestMessage request = Request(HttpMethod.Get, http2: true);
            return await client.SendAsync(request, Cancel);
        })).InTime();

        Assert.All(responses, response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.Equal(3, connections.Count);
        Array.ForEach(responses, response => response.Dispose());
    }

    private static HttpRequestMessage Request(HttpMethod method, bool http2) => new(method, "http://catalog/")
    {
        Version = http2 ? HttpVersion.Version20 : HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    private static Task EchoAsync(HttpContext context)
    {
        context.Response.ContentLength = context.Request.ContentLength;
        return context.Request.Body.CopyToAsync(context.Response.Body);
    }
}
