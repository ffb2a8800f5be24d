using System.Diagnostics;
using System.Net;
using Mesh.Client.Tests.Infrastructure;
using Mesh.Client.Transport;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Client.Tests.Calls;

/// <summary>Each attempt sends the caller's request as it was, but for what belongs to the attempt.</summary>
public sealed class RetryRequestTests
{
    private static readonly Uri s_catalog = new("http://catalog/");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Each_attempt_tells_the_server_its_own_span(bool isAsync)
    {
        using SpanRecorder spans = new();
        await using Backend backend = await FailingAsync();
        await using TestMesh mesh = await StartAsync(backend);
        using HttpRequestMessage request = new(HttpMethod.Get, s_catalog);

        using HttpResponseMessage response = isAsync
            ? await mesh.Client().SendAsync(request, Cancel)
            : mesh.Client().Send(request, Cancel);

        string[] sent = [.. backend.Requests.Select(seen => seen.Headers["traceparent"])];
        Assert.Equal(3, sent.Length);
        Assert.Equal(3, sent.Distinct().Count());
        Assert.Equal(spans.Attempts.Select(span => span.Id), sent);
        Activity call = Assert.Single(spans.Calls);
        Assert.Equal(spans.Root.SpanId, call.ParentSpanId);
        Assert.All(spans.Attempts, attempt => Assert.Equal(call.SpanId, attempt.ParentSpanId));
    }

    [Fact]
    public async Task The_callers_own_trace_headers_are_kept()
    {
        using SpanRecorder spans = new();
        await using Backend backend = await FailingAsync();
        await using TestMesh mesh = await StartAsync(backend);
        using HttpRequestMessage request = new(HttpMethod.Get, s_catalog);
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        request.Headers.Add("tracestate", "vendor=1");

        using HttpResponseMessage response = await mesh.Client().SendAsync(request, Cancel);

        Assert.Equal(3, backend.Count);
        Assert.All(backend.Requests, seen => Assert.Equal("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", seen.Headers["traceparent"]));
        Assert.All(backend.Requests, seen => Assert.Equal("vendor=1", seen.Headers["tracestate"]));
    }

    [Fact]
    public async Task Baggage_reaches_every_attempt()
    {
        using SpanRecorder spans = new();
        await using Backend backend = await FailingAsync();
        await using TestMesh mesh = await StartAsync(backend);
        spans.Root.AddBaggage("tenant", "7");
        spans.Root.TraceStateString = "vendor=1";
        using HttpRequestMessage request = new(HttpMethod.Get, s_catalog);

        using HttpResponseMessage response = await mesh.Client().SendAsync(request, Cancel);

        Assert.Equal(3, backend.Count);
        Assert.All(backend.Requests, seen => Assert.Contains("tenant", seen.Headers["baggage"], StringComparison.Ordinal));
        Assert.All(backend.Requests, seen => Assert.Equal("vendor=1", seen.Headers["tracestate"]));
    }

    [Fact]
    public async Task Baggage_that_the_caller_wrote_is_kept()
    {
        using SpanRecorder spans = new();
        await using Backend backend = await FailingAsync();
        await using TestMesh mesh = await StartAsync(backend);
        using HttpRequestMessage request = new(HttpMethod.Get, s_catalog);
        request.Headers.Add("baggage", "tenant=7");

        using HttpResponseMessage response = await mesh.Client().SendAsync(request, Cancel);

        Assert.Equal(3, backend.Count);
        Assert.All(backend.Requests, seen => Assert.Equal("tenant=7", seen.Headers.GetValueOrDefault("baggage")));
    }

    [Fact]
    public async Task Each_attempt_asks_for_the_version_that_the_caller_asked_for()
    {
        await using Backend backend = await FailingAsync();
        await using TestMesh mesh = await StartAsync(backend);
        using HttpRequestMessage request = new(HttpMethod.Get, s_catalog)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };

        using HttpResponseMessage response = await mesh.Client().SendAsync(request, Cancel);

        Assert.Equal(HttpVersion.Version11, response.Version);
        Assert.Equal(Enumerable.Repeat(HttpVersion.Version20, 3), mesh.Services.GetRequiredService<RecordingTransports>().Versions);
    }

    [Fact]
    public async Task A_request_that_is_sent_through_the_mesh_twice_is_as_it_was()
    {
        using SpanRecorder spans = new();
        await using Backend backend = await FailingAsync();
        await using TestMesh mesh = await StartAsync(backend);
        using HttpMessageInvoker invoker = new(mesh.Mesh.CreateHandler());
        using HttpRequestMessage request = new(HttpMethod.Get, s_catalog) { Version = HttpVersion.Version20 };

        (await invoker.SendAsync(request, Cancel)).Dispose();
        Assert.Equal(HttpVersion.Version20, request.Version);
        (await invoker.SendAsync(request, Cancel)).Dispose();

        string[] sent = [.. backend.Requests.Select(seen => seen.Headers["traceparent"])];
        Assert.Equal(6, sent.Length);
        Assert.Equal(6, sent.Distinct().Count());
    }

    private static Task<Backend> FailingAsync() => Backend.StartAsync(answer: context =>
    {
        context.Response.StatusCode = 503;
        return Task.CompletedTask;
    });

    private static Task<TestMesh> StartAsync(Backend backend) => TestMesh.StartAsync(
        Rules.Route("\"Retry\": { \"Attempts\": 2 }", backend.Address),
        builder => builder.Services
            .AddSingleton<RecordingTransports>()
            .AddSingleton<ITransportFactory>(services => services.GetRequiredService<RecordingTransports>()));
}
