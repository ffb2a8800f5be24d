using System.Net.WebSockets;
using System.Text;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Client.Tests.Transport;

/// <summary>Web sockets through the mesh: over HTTP/1.1 by an upgrade, over HTTP/2 by an extended CONNECT, with TLS and without.</summary>
public sealed class WebSocketTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.1", false, "ws://catalog/chat", "")]
    [InlineData("1.1", true, "wss://catalog/chat", "")]
    [InlineData("2.0", false, "ws://catalog/chat", "")]
    [InlineData("2.0", true, "wss://catalog/chat", "")]
    [InlineData("1.1", true, "ws://catalog/chat", ", \"Tls\": {}")]
    [InlineData("2.0", true, "ws://catalog/chat", ", \"Tls\": {}")]
    public async Task Messages_go_both_ways(string version, bool tls, string address, string settings)
    {
        await using Backend backend = await StartAsync(version == "2.0", tls);
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog(
            "\"Routes\": [{ \"Match\": { \"Path\": \"/chat\" }, \"Retry\": { \"Attempts\": 2 }, \"IdleTimeout\": \"60s\" }]" + settings, backend.Address));

        using (ClientWebSocket socket = await ConnectAsync(mesh, version, address))
        {
            Assert.Equal("ping", await SayAsync(socket, "ping"));
            Assert.Equal(new string('x', 100_000), await SayAsync(socket, new string('x', 100_000)));
            Assert.Equal(2, mesh.InFlight());
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", Cancel);
            Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
        }

        await mesh.IsIdle();
        Assert.Equal(version == "2.0" ? "HTTP/2" : "HTTP/1.1", Assert.Single(backend.Requests).Protocol);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task The_routes_timeout_ends_with_the_handshake(string version)
    {
        FakeTimeProvider time = new(DateTimeOffset.UnixEpoch);
        await using Backend backend = await StartAsync(version == "2.0", tls: false);
        await using TestMesh mesh = await TestMesh.StartAsync(
            Rules.Route("\"Timeout\": \"2s\"", backend.Address), builder => builder.Services.AddSingleton<TimeProvider>(time));
        using ClientWebSocket socket = await ConnectAsync(mesh, version, "ws://catalog/chat");

        time.Advance(TimeSpan.FromHours(1));

        Assert.Equal("still there", await SayAsync(socket, "still there"));
    }

    [Fact]
    public async Task A_server_that_refuses_says_why()
    {
        await using Backend backend = await Backend.StartAsync(answer: context =>
        {
            context.Response.StatusCode = 403;
            return Task.CompletedTask;
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", backend.Address));

        WebSocketException exception = await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(mesh, "1.1", "ws://catalog/chat"));

        Assert.Contains("403", exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, mesh.InFlight());
    }

    private static Task<Backend> StartAsync(bool http2, bool tls) => Backend.StartAsync(
        "chat",
        http2,
        tls,
        static _ => { },
        app =>
        {
            app.UseWebSockets();
            app.Run(EchoAsync);
        },
        TestCertificates.Catalog);

    private static async Task EchoAsync(HttpContext context)
    {
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        byte[] buffer = new byte[4096];
        while (true)
        {
            WebSocketReceiveResult received = await socket.ReceiveAsync(buffer, context.RequestAborted);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, context.RequestAborted);
        }
    }

    private static async Task<ClientWebSocket> ConnectAsync(TestMesh mesh, string version, string address)
    {
        ClientWebSocket socket = new();
        socket.Options.HttpVersion = new Version(version);
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        try
        {
            using HttpMessageInvoker invoker = new(mesh.Mesh.CreateHandler());
            await socket.ConnectAsync(new Uri(address), invoker, Cancel).InTime();
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<string> SayAsync(ClientWebSocket socket, string text)
    {
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, Cancel);
        using MemoryStream answer = new();
        byte[] buffer = new byte[4096];
        WebSocketReceiveResult received;
        do
        {
            received = await socket.ReceiveAsync(buffer, Cancel).InTime();
            answer.Write(buffer, 0, received.Count);
        }
        while (!received.EndOfMessage);
        return Encoding.UTF8.GetString(answer.ToArray());
    }
}
