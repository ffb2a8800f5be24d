using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using Mesh.Client.AspNetCore.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using static Mesh.Client.AspNetCore.Tests.Infrastructure.TestPolicies;

namespace Mesh.Client.AspNetCore.Tests.Authorization;

/// <summary>A call that takes long does not outlast its permission.</summary>
public sealed class LiveCallTests
{
    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _begun;
    private int _aborted;

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_call_is_cut_that_is_not_allowed_any_more_and_others_go_on(string version)
    {
        TestPolicies policies = new();
        await using MeshedApp app = await MeshedApp.StartAsync(policies: policies, answer: AnswerAsync);
        using X509Certificate2 web = app.Authority.Leaf("web");
        using HttpClient caller = app.Caller(web);
        caller.DefaultRequestVersion = Version.Parse(version);
        using HttpResponseMessage cut = await BeginAsync(caller, app.Url.Https() + "/cut");
        using HttpResponseMessage stays = await BeginAsync(caller, app.Url.Https() + "/stays");

        policies.Current = Of(Deny(Paths("/cut")));

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => cut.Content.ReadAsStringAsync(TestContext.Current.CancellationToken).InTime());
        await Eventually.Holds(() => Volatile.Read(ref _aborted) == 1);
        _goOn.SetResult();
        Assert.Equal("begun done", await stays.Content.ReadAsStringAsync(TestContext.Current.CancellationToken).InTime());
        Assert.Equal(
            "A call of spiffe://mesh-test/ns/default/sa/web in flight, GET /cut, is cut: it is not allowed any more. By default/barred, rule 0.",
            Assert.Single(app.App.Logs.Of("CallCut")).Message);
    }

    [Fact]
    public async Task A_web_socket_is_cut_that_is_not_allowed_any_more()
    {
        TestPolicies policies = new(Allow(Paths("/socket")));
        await using MeshedApp app = await MeshedApp.StartAsync(policies: policies, shape: app => app.UseWebSockets(), answer: async context =>
        {
            using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
            byte[] buffer = new byte[100];
            while (await socket.ReceiveAsync(buffer, CancellationToken.None) is { MessageType: not WebSocketMessageType.Close } message)
            {
                await socket.SendAsync(buffer.AsMemory(0, message.Count), WebSocketMessageType.Text, true, CancellationToken.None);
            }
        });
        using ClientWebSocket socket = new();
        await socket.ConnectAsync(new Uri(app.Url.Replace("http:", "ws:", StringComparison.Ordinal) + "/socket"), TestContext.Current.CancellationToken);
        await EchoAsync(socket);

        policies.Current = Of(Allow(Paths("/socket", "/other")));
        await EchoAsync(socket);
        policies.Current = Of(Allow(Paths("/other")));

        await Assert.ThrowsAnyAsync<WebSocketException>(() => EchoAsync(socket).InTime());
    }

    [Fact]
    public async Task A_call_is_cut_whose_caller_was_revoked()
    {
        TestPolicies policies = new();
        await using MeshedApp app = await MeshedApp.StartAsync(policies: policies, answer: AnswerAsync);
        using X509Certificate2 web = app.Authority.Leaf("web");
        using X509Certificate2 other = app.Authority.Leaf("other");
        using HttpClient webCaller = app.Caller(web);
        using HttpClient otherCaller = app.Caller(other);
        using HttpResponseMessage cut = await BeginAsync(webCaller, app.Url.Https());
        using HttpResponseMessage stays = await BeginAsync(otherCaller, app.Url.Https());

        policies.Current = Of() with { Revoked = [new(new("mesh-test", "default", "web"), DateTimeOffset.UtcNow)] };

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => cut.Content.ReadAsStringAsync(TestContext.Current.CancellationToken).InTime());
        _goOn.SetResult();
        Assert.Equal("begun done", await stays.Content.ReadAsStringAsync(TestContext.Current.CancellationToken).InTime());
        Assert.EndsWith("Its identity was revoked.", Assert.Single(app.App.Logs.Of("CallCut")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_is_judged_by_the_endpoint_that_it_came_to()
    {
        TestPolicies policies = new();
        await using MeshedApp app = await MeshedApp.StartAsync(policies: policies, shape: app =>
        {
            app.MapGet("/cut/{id}", AnswerAsync);
            app.MapGet("/stays/{id}", AnswerAsync);
        });
        using HttpClient caller = Caller.Plain();
        using HttpResponseMessage cut = await BeginAsync(caller, app.Url + "/cut/1");
        using HttpResponseMessage stays = await BeginAsync(caller, app.Url + "/stays/1");

        policies.Current = Of(Deny(Routes("/cut/{id}")));

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => cut.Content.ReadAsStringAsync(TestContext.Current.CancellationToken).InTime());
        _goOn.SetResult();
        Assert.Equal("begun done", await stays.Content.ReadAsStringAsync(TestContext.Current.CancellationToken).InTime());
    }

    // Its objects are another call's by then.
    [Fact]
    public async Task A_call_that_has_ended_is_judged_no_more()
    {
        TestPolicies policies = new();
        await using MeshedApp app = await MeshedApp.StartAsync(policies: policies, answer: async context =>
        {
            await Task.Yield();
            await context.Response.WriteAsync(context.Connection.Id);
        });
        using HttpClient caller = Caller.Plain();
        string connection = await caller.GetTextAsync(app.Url + "/cut");

        policies.Current = Of(Deny(Paths("/cut")));

        Assert.Equal(connection, await caller.GetTextAsync(app.Url + "/stays"));
        Assert.Empty(app.App.Logs.Of("CallCut"));
    }

    private async Task AnswerAsync(HttpContext context)
    {
        await context.Response.WriteAsync("begun");
        await context.Response.Body.FlushAsync(context.RequestAborted);
        Interlocked.Increment(ref _begun);
        try
        {
            await _goOn.Task.WaitAsync(context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            Interlocked.Increment(ref _aborted);
            throw;
        }

        await context.Response.WriteAsync(" done");
    }

    private async Task<HttpResponseMessage> BeginAsync(HttpClient caller, string url)
    {
        int before = Volatile.Read(ref _begun);
        HttpResponseMessage response = await caller.GetAsync(new Uri(url), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        await Eventually.Holds(() => Volatile.Read(ref _begun) > before);
        return response;
    }

    private static async Task EchoAsync(ClientWebSocket socket)
    {
        byte[] buffer = new byte[100];
        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);
        ValueWebSocketReceiveResult answer = await socket.ReceiveAsync(buffer.AsMemory(), TestContext.Current.CancellationToken);
        Assert.Equal(5, answer.Count);
    }
}
