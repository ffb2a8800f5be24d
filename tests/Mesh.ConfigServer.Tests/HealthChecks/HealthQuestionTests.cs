using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Mesh.ConfigServer.HealthChecks;
using Mesh.ConfigServer.Registry;
using Mesh.ConfigServer.Tests.Infrastructure;
using Mesh.Model;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Mesh.ConfigServer.Tests.HealthChecks;

/// <summary>What is asked, over real connections.</summary>
public sealed class HealthQuestionTests : IDisposable
{
    private const string Serving = "00000000020801";

    private readonly CheckConnections _connections = new(() => []);
    private readonly CheckTransport _transport;

    public HealthQuestionTests() => _transport = new CheckTransport(_connections);

    public void Dispose() => _transport.Dispose();

    [Theory]
    [InlineData(HttpProtocols.Http1, false, false, "HTTP/1.1")]
    [InlineData(HttpProtocols.Http2, false, true, "HTTP/2")]
    [InlineData(HttpProtocols.Http1, true, false, "HTTP/1.1")]
    [InlineData(HttpProtocols.Http2, true, false, "HTTP/2")]
    [InlineData(HttpProtocols.Http2, true, true, "HTTP/2")]
    public async Task A_get_is_addressed_to_the_service_and_leaves_no_connection(
        HttpProtocols spoken, bool isSecure, bool isHttp2Alone, string protocol)
    {
        await using CheckedApp app = await CheckedApp.StartAsync(spoken, isSecure);
        app.Answer = context => context.Response.WriteAsync(new string('x', 10_000));
        HealthCheckSettings settings = new() { HttpPath = "/healthz?deep=1" };
        EndpointProtocols told = isHttp2Alone ? EndpointProtocols.Http2 : EndpointProtocols.All;
        Assert.Null(await AskAsync(app, settings, told, isSecure));
        Assert.Null(await AskAsync(app, settings, told, isSecure));
        Assert.Equal([$"GET /healthz {protocol}", $"GET /healthz {protocol}"], app.Questions);
        Assert.Equal("a.default", app.Last.Host);
        await Eventually.Holds(() => app.Connections == 0);
    }

    [Fact]
    public async Task Redirects_are_not_followed_and_cookies_not_kept()
    {
        await using CheckedApp app = await CheckedApp.StartAsync();
        app.Answer = context =>
        {
            context.Response.Cookies.Append("a", "b");
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        };
        HealthCheckSettings settings = new() { HttpPath = "/" };
        Assert.Equal("302", await AskAsync(app, settings));
        Assert.Equal("302", await AskAsync(app, settings));
        Assert.Null(await AskAsync(app, settings with { StatusCodes = [200, 302] }));
        Assert.All(app.Questions, question => Assert.Equal("GET / HTTP/1.1", question));
        Assert.Null(app.Last.Cookies);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_without_end_is_cut(bool isHttp2)
    {
        await using CheckedApp app = await CheckedApp.StartAsync(isHttp2 ? HttpProtocols.Http2 : HttpProtocols.Http1);
        app.Answer = async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.WriteAsync(new string('x', 10_000));
            }
        };
        Assert.Null(await AskAsync(app, new HealthCheckSettings { HttpPath = "/" }, isHttp2 ? EndpointProtocols.Http2 : EndpointProtocols.All));
        await Eventually.Holds(() => app.Connections == 0);
    }

    [Theory]
    [InlineData(Serving, "0", false, null)]
    [InlineData(Serving, "0", true, null)]
    [InlineData("00000000020802", "0", false, "NOT_SERVING")]
    [InlineData("", "12", false, "gRPC status 12")]
    [InlineData("", "0", false, "not an answer of the health service")]
    public async Task Grpc_must_say_SERVING(string frame, string status, bool isSecure, string? problem)
    {
        await using CheckedApp app = await CheckedApp.StartAsync(HttpProtocols.Http2, isSecure);
        app.SayGrpc(frame, status);
        Assert.Equal(problem, await AskAsync(app, new HealthCheckSettings { GrpcService = "a.B" }, isSecure: isSecure));
        Assert.Equal(["POST /grpc.health.v1.Health/Check HTTP/2"], app.Questions);
        await Eventually.Holds(() => app.Connections == 0);
    }

    [Fact]
    public async Task Grpc_is_asked_where_it_can_be()
    {
        await using CheckedApp web = await CheckedApp.StartAsync();
        await using CheckedApp grpc = await CheckedApp.StartAsync(HttpProtocols.Http2);
        grpc.SayGrpc(Serving);
        Assert.Null(await AskAsync(
            [Endpoint(web.Port) with { Protocols = EndpointProtocols.Http1 }, Endpoint(grpc.Port)], new HealthCheckSettings { GrpcService = "" }));
        Assert.Empty(web.Questions);
    }

    [Fact]
    public async Task A_connection_is_opened_and_closed()
    {
        await using CheckedApp app = await CheckedApp.StartAsync();
        HealthCheckSettings tcp = new() { Tcp = true };
        Assert.Null(await AskAsync(app, tcp));
        await Eventually.Holds(() => app.Connections == 0);
        int port = app.Port;
        await app.DisposeAsync();
        await Assert.ThrowsAsync<SocketException>(() => AskAsync([Endpoint(port)], tcp));
    }

    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task Who_is_not_waited_for_any_more_is_left(HttpProtocols protocols)
    {
        await using CheckedApp app = await CheckedApp.StartAsync(protocols);
        app.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        using CancellationTokenSource late = new();
        HealthQuestion question = new(
            new HealthCheckSettings { HttpPath = "/" },
            Endpoint(app.Port) with { Protocols = protocols is HttpProtocols.Http2 ? EndpointProtocols.Http2 : EndpointProtocols.All });
        Task<string?> asked = question.Check("a.default", _connections, _transport).AskAsync(late.Token);
        await Eventually.Holds(() => app.Questions.Count == 1);
        await late.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked.InTime());
        await Eventually.Holds(() => app.Connections == 0);
    }

    [Theory]
    [InlineData("169.254.169.254", false)]
    [InlineData("169.254.169.254", true)]
    [InlineData("fd00:ec2::254", false)]
    [InlineData("fe80::1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("0.0.0.0", true)]
    [InlineData("::ffff:169.254.169.254", true)]
    public async Task Nobody_is_asked_where_machines_keep_their_secrets(string host, bool tcp)
    {
        HealthCheckSettings settings = tcp ? new HealthCheckSettings { Tcp = true } : new HealthCheckSettings { HttpPath = "/" };
        Exception refused = await Assert.ThrowsAnyAsync<Exception>(() => AskAsync([Endpoint(80) with { Host = host }], settings));
        Assert.Contains("nobody is asked at", refused.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("0.0.0.0", "127.0.0.1", true)]
    [InlineData("::", "127.0.0.2", true)]
    [InlineData("127.0.0.2", "127.0.0.1", false)]
    public async Task The_server_does_not_ask_itself(string listener, string target, bool isRefused)
    {
        await using CheckedApp app = await CheckedApp.StartAsync();
        CheckConnections connections = new(() => [new IPEndPoint(IPAddress.Parse(listener), app.Port)]);
        Task<Socket> opened = connections.OpenAsync(new IPEndPoint(IPAddress.Parse(target), app.Port), TestContext.Current.CancellationToken);
        if (isRefused)
        {
            Assert.Contains("is the config server itself", (await Assert.ThrowsAsync<IOException>(() => opened)).Message, StringComparison.Ordinal);
        }
        else
        {
            (await opened).Dispose();
        }
    }

    private static MeshEndpoint Endpoint(int port) => new() { Host = "127.0.0.1", Port = port };

    private Task<string?> AskAsync(
        CheckedApp app, HealthCheckSettings settings, EndpointProtocols protocols = EndpointProtocols.All, bool isSecure = false) =>
        AskAsync([Endpoint(app.Port) with { Protocols = protocols, Scheme = isSecure ? EndpointScheme.Https : EndpointScheme.Any }], settings);

    private Task<string?> AskAsync(ImmutableArray<MeshEndpoint> endpoints, HealthCheckSettings settings)
    {
        Registration registration = ChecksBench.Of("1", "127.0.0.1:80", settings) with { Endpoints = endpoints };
        return HealthQuestion.Of(registration)!.Check("a.default", _connections, _transport).AskAsync(TestContext.Current.CancellationToken).InTime();
    }
}
