using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;

namespace Mesh.Client.Tests.Calls;

/// <summary>What becomes of a request's body when the request is sent again.</summary>
public sealed class RetryBodyTests
{
    private static readonly Uri s_catalog = new("http://catalog/");

    private readonly ConcurrentQueue<string> _bodies = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Replayable => ["bytes", "memory", "text", "json", "form", "multipart", "stream", "once"];

    [Theory]
    [MemberData(nameof(Replayable))]
    public async Task A_body_is_sent_again_as_it_was(string kind)
    {
        await using Backend backend = await FailingAsync();
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", backend.Address));
        using HttpContent body = Body(kind);
        using HttpRequestMessage request = new(HttpMethod.Put, s_catalog) { Content = body };

        using HttpResponseMessage response = await mesh.Client().SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(2, _bodies.Count);
        Assert.Single(_bodies.Distinct());
        Assert.Contains("hello", _bodies.First(), StringComparison.Ordinal);
        Assert.Same(body, request.Content);
        Assert.Single(backend.Requests.Select(seen => seen.Headers.GetValueOrDefault("Content-Type")).Distinct());
    }

    [Theory]
    [MemberData(nameof(Replayable))]
    public async Task A_synchronous_call_sends_it_again_too(string kind)
    {
        await using Backend backend = await FailingAsync();
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", backend.Address));
        using HttpContent body = Body(kind);
        using HttpRequestMessage request = new(HttpMethod.Put, s_catalog) { Content = body };

        using HttpResponseMessage response = mesh.Client().Send(request, Cancel);

        Assert.Equal(2, _bodies.Count);
        Assert.Single(_bodies.Distinct());
        Assert.Same(body, request.Content);
    }

    [Theory]
    [InlineData("", 65536, 2)]
    [InlineData("", 65537, 1)]
    [InlineData("", 1_000_000, 1)]
    [InlineData("\"MaxBodyBytes\": 10", 10, 2)]
    [InlineData("\"MaxBodyBytes\": 10", 11, 1)]
    [InlineData("\"MaxBodyBytes\": 0", 1, 1)]
    [InlineData("\"MaxBodyBytes\": 1000000", 1_000_000, 2)]
    public async Task A_stream_is_kept_for_that_up_to_a_limit(string retry, int length, int sends)
    {
        await using Backend backend = await FailingAsync();
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route($"\"Retry\": {{ {retry} }}", backend.Address));
        using HttpContent body = new StreamContent(new OneWayStream(new string('x', length)));
        using HttpRequestMessage request = new(HttpMethod.Put, s_catalog) { Content = body };

        using HttpResponseMessage response = await mesh.Client().SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("busy", await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(sends, _bodies.Count);
        Assert.All(_bodies, sent => Assert.Equal(length, sent.Length));
        Assert.Same(body, request.Content);
    }

    [Fact]
    public async Task A_long_array_of_bytes_is_sent_again_for_nothing_need_be_kept()
    {
        await using Backend backend = await FailingAsync();
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", backend.Address));
        using ByteArrayContent body = new(new byte[1_000_000]);

        using HttpResponseMessage response = await mesh.Client().PutAsync(s_catalog, body, Cancel);

        Assert.Equal(2, _bodies.Count);
    }

    [Fact]
    public async Task A_body_of_which_nothing_was_sent_goes_to_the_next_endpoint_whatever_its_length()
    {
        await using Backend backend = await Backend.StartAsync("answer", ReadAsync);
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog(
            "\"LoadBalancing\": { \"Policy\": \"RoundRobin\" }", RawServer.DeadAddress(), backend.Address));

        for (int call = 0; call < 2; call++)
        {
            using StreamContent body = new(new OneWayStream(new string('x', 200_000)));
            using HttpResponseMessage response = await mesh.Client().PostAsync(s_catalog, body, Cancel);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.All(_bodies, sent => Assert.Equal(200_000, sent.Length));
        Assert.Equal(2, _bodies.Count);
    }

    [Fact]
    public async Task A_body_is_not_held_back_to_be_kept()
    {
        await using Backend backend = await Backend.StartAsync(http2: true, answer: async context =>
        {
            byte[] first = new byte[5];
            await context.Request.Body.ReadExactlyAsync(first);
            await context.Response.WriteAsync(Encoding.UTF8.GetString(first));
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", backend.Address));
        using EndlessContent body = new();
        using HttpRequestMessage request = new(HttpMethod.Post, s_catalog)
        {
            Content = body,
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        using HttpResponseMessage response = await mesh.Client().SendAsync(request, Cancel);

        Assert.Equal("hello", await response.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task The_callers_content_is_back_after_a_failure_too()
    {
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", RawServer.DeadAddress()));
        using HttpContent body = Body("stream");
        using HttpRequestMessage request = new(HttpMethod.Post, s_catalog) { Content = body };

        await Assert.ThrowsAsync<MeshException>(() => mesh.Client().SendAsync(request, Cancel));

        Assert.Same(body, request.Content);
    }

    private static HttpContent Body(string kind) => kind switch
    {
        "bytes" => new ByteArrayContent("hello"u8.ToArray()),
        "memory" => new ReadOnlyMemoryContent("hello"u8.ToArray()),
        "text" => new StringContent("hello", Encoding.UTF8, "text/plain"),
        "json" => JsonContent.Create(new { Greeting = "hello" }),
        "form" => new FormUrlEncodedContent([new("greeting", "hello")]),
        "multipart" => new MultipartFormDataContent("line") { { new StreamContent(new OneWayStream("hello")), "greeting" } },
        "stream" => new StreamContent(new MemoryStream("hello"u8.ToArray())) { Headers = { { "Content-Type", "text/x" } } },
        _ => new StreamContent(new OneWayStream("hello")),
    };

    private Task<Backend> FailingAsync() => Backend.StartAsync("busy", async context =>
    {
        await ReadAsync(context);
        context.Response.StatusCode = 503;
        await context.Response.WriteAsync("busy");
    });

    private async Task ReadAsync(HttpContext context)
    {
        using StreamReader reader = new(context.Request.Body);
        _bodies.Enqueue(await reader.ReadToEndAsync(context.RequestAborted));
    }

    /// <summary>A greeting, and then nothing more for as long as the request lasts.</summary>
    private sealed class EndlessContent : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new NotSupportedException();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync("hello"u8.ToArray(), cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
