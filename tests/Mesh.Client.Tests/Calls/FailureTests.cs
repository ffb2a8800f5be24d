using System.Net;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Client.Tests.Calls;

/// <summary>What a caller is told when there is no answer, and what the mesh learns of it.</summary>
public sealed class FailureTests
{
    // The only endpoint is ejected by its first failure.
    private const string Strict = """
        "OutlierDetection": { "ConsecutiveErrors": 1, "MaxEjectionPercent": 100, "MinReadyEndpoints": 0, "BaseEjectionTime": "60s" },
        "LoadBalancing": { "PanicThreshold": 0 }
        """;

    private static readonly Uri s_catalog = new("http://catalog/");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_port_that_refuses_is_a_connect_failure(bool isAsync)
    {
        string address = RawServer.DeadAddress();
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route("\"Name\": \"main\"", address));

        MeshException exception = await ThrowsAsync(mesh, isAsync);

        Assert.Equal(MeshFailureReason.ConnectFailure, exception.Reason);
        Assert.Equal(HttpRequestError.ConnectionError, exception.HttpRequestError);
        Assert.Null(exception.StatusCode);
        Assert.Equal("catalog", exception.Service);
        Assert.Equal("main", exception.Route);
        Assert.Equal(address, exception.Endpoint);
        Assert.Equal(2, exception.Attempts);
        Assert.IsType<HttpRequestException>(exception.InnerException);
        Assert.Contains(address, exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, mesh.InFlight());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_reset_before_headers_is_a_reset(bool isAsync)
    {
        await using RawServer server = RawServer.Start(async connection =>
        {
            await connection.ReadRequestAsync();
            connection.Reset();
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route("\"Retry\": { \"Attempts\": 0 }", server.Address));

        MeshException exception = await ThrowsAsync(mesh, isAsync);

        Assert.Equal(MeshFailureReason.Reset, exception.Reason);
        Assert.Equal(1, exception.Attempts);
        Assert.Equal(0, mesh.InFlight());
    }

    [Fact]
    public async Task Oversized_response_headers_are_a_failure_of_the_endpoint()
    {
        await using RawServer server = RawServer.StartAnswering($"HTTP/1.1 200 OK\r\nX-Big: {new string('x', 100_000)}\r\nContent-Length: 0\r\n\r\n");
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", server.Address));

        MeshException exception = await ThrowsAsync(mesh, isAsync: true);

        Assert.Equal(MeshFailureReason.Reset, exception.Reason);
        Assert.Equal(HttpRequestError.ConfigurationLimitExceeded, exception.HttpRequestError);
        Assert.Equal(0, mesh.InFlight());
    }

    [Theory]
    [InlineData(true, "")]
    [InlineData(false, "")]
    [InlineData(true, "\"Timeout\": \"30s\"")]
    [InlineData(false, "\"Timeout\": \"30s\"")]
    public async Task A_connection_that_closes_in_the_body_fails_as_it_does_without_a_mesh(bool isAsync, string route)
    {
        await using RawServer server = RawServer.StartAnswering("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route(route, server.Address));
        using HttpRequestMessage request = new(HttpMethod.Get, s_catalog);
        HttpClient client = mesh.Client();

        HttpRequestException exception = isAsync
            ? await Assert.ThrowsAsync<HttpRequestException>(() => client.SendAsync(request, Cancel))
            : Assert.Throws<HttpRequestException>(() => client.Send(request, Cancel));

        Assert.Equal(HttpRequestError.ResponseEnded, exception.HttpRequestError);
        Assert.Equal(1, server.Requests);
        Assert.Equal(0, mesh.InFlight());
    }

    [Fact]
    public async Task A_connection_that_closes_in_a_streamed_body_fails_the_read()
    {
        await using RawServer server = RawServer.StartAnswering("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", server.Address));
        using HttpResponseMessage response = await mesh.Client().GetAsync(s_catalog, HttpCompletionOption.ResponseHeadersRead, Cancel);
        using StreamReader reader = new(await response.Content.ReadAsStreamAsync(Cancel));

        await Assert.ThrowsAsync<HttpIOException>(() => reader.ReadToEndAsync(Cancel).InTime());

        Assert.Equal(0, mesh.InFlight());
    }

    [Fact]
    public async Task Bodies_that_break_off_count_against_their_endpoint()
    {
        await using RawServer breaking = RawServer.StartAnswering("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        await using Backend backend = await Backend.StartAsync();
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog(
            "\"LoadBalancing\": { \"Policy\": \"RoundRobin\" }, \"OutlierDetection\": { \"ConsecutiveErrors\": 3, \"BaseEjectionTime\": \"60s\" }",
            breaking.Address,
            backend.Address));

        for (int call = 0; call < 6; call++)
        {
            await Record.ExceptionAsync(() => mesh.Client().GetStringAsync(s_catalog, Cancel));
        }

        Assert.Equal(EndpointState.Ejected, mesh.Endpoint(breaking.Address).State);
        Assert.Equal(3, breaking.Requests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"Timeout\": \"30s\"")]
    public async Task A_body_that_the_caller_has_no_room_for_does_not(string route)
    {
        await using Backend backend = await Backend.StartAsync(answer: async context =>
        {
            await context.Response.WriteAsync("longer");
            await context.Response.Body.FlushAsync();
            await context.Response.WriteAsync(" than that");
        });
        await using TestMesh mesh = await TestMesh.StartAsync(
            Rules.Catalog($"\"OutlierDetection\": {{ \"ConsecutiveErrors\": 1 }}, \"Routes\": [{{ {route} }}]", backend.Address, RawServer.DeadAddress()),
            builder => builder.Services.AddHttpClient("small", client => client.MaxResponseContentBufferSize = 10));

        HttpRequestException exception = await Assert.ThrowsAsync<HttpRequestException>(() => mesh.Client("small").GetAsync(s_catalog, Cancel));

        Assert.Equal(HttpRequestError.ConfigurationLimitExceeded, exception.HttpRequestError);
        Assert.Equal(EndpointState.Ready, mesh.Endpoint(backend.Address).State);
        Assert.Equal(0, mesh.InFlight());
    }

    public static TheoryData<bool, int, Exception> FailingBodies()
    {
        Exception[] failures = [new InvalidOperationException("no body"), new IOException("no body"), new TaskCanceledException("no body", new TimeoutException())];
        TheoryData<bool, int, Exception> data = [];
        foreach ((bool isAsync, int attempts, Exception failure) in
            from isAsync in new[] { true, false } from attempts in new[] { 0, 1 } from failure in failures select (isAsync, attempts, failure))
        {
            data.Add(isAsync, attempts, failure);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(FailingBodies), DisableDiscoveryEnumeration = true)]
    public async Task A_body_of_the_callers_that_fails_is_the_callers_own_failure(bool isAsync, int attempts, Exception failure)
    {
        await using Backend backend = await Backend.StartAsync(answer: context => context.Request.Body.CopyToAsync(Stream.Null));
        await using TestMesh mesh = await TestMesh.StartAsync(
            Rules.Catalog($"{Strict}, \"Routes\": [{{ \"Retry\": {{ \"Attempts\": {attempts} }} }}]", backend.Address));
        using HttpRequestMessage request = new(HttpMethod.Put, s_catalog) { Content = new FailingContent(failure) };
        HttpClient client = mesh.Client();

        Exception exception = isAsync
            ? await Assert.ThrowsAnyAsync<Exception>(() => client.SendAsync(request, Cancel))
            : Assert.ThrowsAny<Exception>(() => client.Send(request, Cancel));

        Assert.IsNotType<MeshException>(exception);
        Assert.Contains("no body", exception.ToString(), StringComparison.Ordinal);
        Assert.Equal(EndpointState.Ready, mesh.Endpoint(backend.Address).State);
        Assert.Equal(0, mesh.InFlight());
    }

    [Theory]
    [InlineData(3)]
    [InlineData(7)]
    public async Task A_body_that_is_not_as_long_as_it_says_is_the_callers_own_failure(int length)
    {
        await using Backend backend = await Backend.StartAsync(answer: context => context.Request.Body.CopyToAsync(Stream.Null));
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog(Strict, backend.Address));
        using HttpRequestMessage request = new(HttpMethod.Put, s_catalog) { Content = new StreamContent(new MemoryStream(new byte[5])) };
        request.Content.Headers.ContentLength = length;

        Exception exception = await Assert.ThrowsAnyAsync<Exception>(() => mesh.Client().SendAsync(request, Cancel));

        Assert.IsNotType<MeshException>(exception);
        Assert.Equal(EndpointState.Ready, mesh.Endpoint(backend.Address).State);
        Assert.Equal(0, mesh.InFlight());
    }

    [Fact]
    public async Task A_connection_that_breaks_while_the_callers_body_is_sent_is_the_endpoints_failure()
    {
        await using RawServer server = RawServer.Start(async connection =>
        {
            await connection.ReadRequestAsync();
            connection.Reset();
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog(Strict, server.Address));
        using HttpRequestMessage request = new(HttpMethod.Put, s_catalog) { Content = new StreamContent(new EndlessStream()) };

        MeshException exception = await Assert.ThrowsAsync<MeshException>(() => mesh.Client().SendAsync(request, Cancel).InTime());

        Assert.Equal(MeshFailureReason.Reset, exception.Reason);
        Assert.Equal(EndpointState.Ejected, mesh.Endpoint(server.Address).State);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"Timeout\": \"30s\"")]
    public async Task An_answer_that_cannot_be_written_where_the_caller_wants_it_is_no_failure_of_the_endpoints(string route)
    {
        await using Backend backend = await Backend.StartAsync();
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog($"{Strict}, \"Routes\": [{{ {route} }}]", backend.Address));
        using HttpResponseMessage response = await mesh.Client().GetAsync(s_catalog, HttpCompletionOption.ResponseHeadersRead, Cancel);

        await Assert.ThrowsAsync<HttpRequestException>(() => response.Content.CopyToAsync(new FullStream(), Cancel));

        Assert.Equal(EndpointState.Ready, mesh.Endpoint(backend.Address).State);
        Assert.Equal(0, mesh.InFlight());
    }

    [Fact]
    public async Task What_the_transport_cannot_do_is_said_as_it_says_it()
    {
        await using Backend backend = await Backend.StartAsync(http2: true);
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", backend.Address));
        using HttpRequestMessage request = new(HttpMethod.Get, s_catalog) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        Assert.Throws<NotSupportedException>(() => mesh.Client().Send(request, Cancel));

        Assert.Equal(0, mesh.InFlight());
    }

    [Fact]
    public async Task An_error_status_counts_against_the_endpoint_when_its_body_was_read_or_dropped()
    {
        await using Backend failing = await Backend.StartAsync(answer: context =>
        {
            context.Response.StatusCode = 500;
            return context.Response.WriteAsync("oh");
        });
        await using Backend backend = await Backend.StartAsync();
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog(
            "\"LoadBalancing\": { \"Policy\": \"RoundRobin\" }, \"OutlierDetection\": { \"ConsecutiveErrors\": 4, \"BaseEjectionTime\": \"60s\" }",
            failing.Address,
            backend.Address));
        HttpClient client = mesh.Client();

        for (int call = 0; call < 8; call++)
        {
            using HttpResponseMessage response = await client.GetAsync(s_catalog, HttpCompletionOption.ResponseHeadersRead, Cancel);
            if (call < 4)
            {
                await response.Content.ReadAsStringAsync(Cancel);
            }
        }

        Assert.Equal(EndpointState.Ejected, mesh.Endpoint(failing.Address).State);
        Assert.Equal(4, failing.Count);
    }

    private static async Task<MeshException> ThrowsAsync(TestMesh mesh, bool isAsync)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, s_catalog);
        HttpClient client = mesh.Client();
        return isAsync
            ? await Assert.ThrowsAsync<MeshException>(() => client.SendAsync(request, Cancel))
            : Assert.Throws<MeshException>(() => client.Send(request, Cancel));
    }

    /// <summary>A disk without room.</summary>
    private sealed class FullStream : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("full");

        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("full");

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => throw new IOException("full");

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("full");
    }

    private sealed class EndlessStream : MemoryStream
    {
        public override bool CanSeek => false;

        public override int Read(Span<byte> buffer) => buffer.Length;

        public override int Read(byte[] buffer, int offset, int count) => count;

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.FromResult(count);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            return buffer.Length;
        }
    }

    private sealed class FailingContent(Exception failure) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw failure;

        protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken) => throw failure;

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
