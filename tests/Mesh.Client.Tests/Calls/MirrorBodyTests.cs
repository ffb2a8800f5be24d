using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using Grpc.Core;
using Mesh.Client.Tests.Grpc;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Client.Tests.Calls;

/// <summary>The bodies of copies, and those of requests that are not copied for their body.</summary>
public sealed class MirrorBodyTests
{
    private static readonly Uri s_catalog = new("http://catalog/");

    private readonly ConcurrentQueue<string> _bodies = new();
    private readonly ConcurrentQueue<string> _copies = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, bool, bool> Kinds
    {
        get
        {
            TheoryData<string, bool, bool> data = [];
            foreach (string kind in (string[])["bytes", "memory", "text", "json", "form", "multipart", "stream", "once", "empty"])
            {
                data.Add(kind, false, true);
                data.Add(kind, false, false);
                data.Add(kind, true, true);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_copy_has_the_body_that_was_sent(string kind, bool http2, bool isAsync)
    {
        await using Backend backend = await BackendAsync(_bodies, http2);
        await using Backend shadow = await BackendAsync(_copies, http2);
        await using TestMesh mesh = await StartAsync(backend, shadow);
        HttpContent body = Body(kind);
        using HttpRequestMessage request = Request(body, http2);
        HttpClient client = mesh.Client();

        using HttpResponseMessage response = isAsync ? await client.SendAsync(request, Cancel) : client.Send(request, Cancel);

        Assert.Same(body, request.Content);
        body.Dispose();
        await Eventually.Holds(() => !_copies.IsEmpty);
        Assert.Equal(Assert.Single(_bodies), Assert.Single(_copies));
        Assert.Equal(kind != "empty", _copies.Single().Contains("hello", StringComparison.Ordinal));
        Assert.Equal(
            backend.Requests.Single().Headers.GetValueOrDefault("Content-Type"), shadow.Requests.Single().Headers.GetValueOrDefault("Content-Type"));
    }

    [Theory]
    [InlineData("", 65536, true, "bytes")]
    [InlineData("", 65537, false, "bytes")]
    [InlineData("", 65536, true, "once")]
    [InlineData("", 65537, false, "once")]
    [InlineData("\"MaxBodyBytes\": 10", 10, true, "once")]
    [InlineData("\"MaxBodyBytes\": 10", 11, false, "bytes")]
    [InlineData("\"Attempts\": 0", 10, true, "once")]
    [InlineData("\"Attempts\": 0, \"MaxBodyBytes\": 0", 1, false, "once")]
    public async Task A_longer_body_than_is_kept_is_not_copied_and_the_call_is_as_ever(string retry, int length, bool isCopied, string kind)
    {
        await using Backend backend = await BackendAsync(_bodies);
        await using Backend shadow = await BackendAsync(_copies);
        await using TestMesh mesh = await StartAsync(backend, shadow, $$""" "Retry": { {{retry}} }, """);
        using MirrorCounts counts = new(mesh);
        string text = new('x', length);
        using HttpContent body = kind == "bytes" ? new ByteArrayContent(Encoding.UTF8.GetBytes(text)) : new StreamContent(new OneWayStream(text));
        using HttpRequestMessage request = Request(body);

        using HttpResponseMessage response = await mesh.Client().SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(text, Assert.Single(_bodies));
        await counts.Come(isCopied ? "success" : "dropped body-too-long");
        Assert.Equal(isCopied ? [text] : [], _copies);
    }

    [Fact]
    public async Task One_that_tells_how_long_it_is_is_not_even_begun_to_be_kept()
    {
        TaskCompletionSource rest = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Backend backend = await BackendAsync(_bodies);
        await using Backend shadow = await BackendAsync(_copies);
        await using TestMesh mesh = await StartAsync(backend, shadow, """ "Retry": { "MaxBodyBytes": 1 }, """);
        using MirrorCounts counts = new(mesh);
        using HttpContent body = new WaitingContent(rest.Task) { Headers = { ContentLength = 2 } };
        using HttpRequestMessage request = Request(body);

        Task<HttpResponseMessage> call = mesh.Client().SendAsync(request, Cancel);
        await counts.Come("dropped body-too-long");
        rest.SetResult();

        (await call.InTime()).EnsureSuccessStatusCode().Dispose();
        Assert.Equal("ab", Assert.Single(_bodies));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_that_throws_fails_the_call_as_it_would_without_copies(bool isAsync)
    {
        await using Backend backend = await BackendAsync(_bodies);
        await using Backend shadow = await BackendAsync(_copies);
        await using TestMesh mesh = await StartAsync(backend, shadow);
        using MirrorCounts counts = new(mesh);
        using JsonContent body = JsonContent.Create(new Faulty("name"));
        using HttpRequestMessage request = Request(body);
        HttpClient client = mesh.Client();

        HttpRequestException exception = await Assert.ThrowsAnyAsync<HttpRequestException>(
            async () => (isAsync ? await client.SendAsync(request, Cancel) : client.Send(request, Cancel)).Dispose());

        Assert.Contains("It has no name.", exception.ToString(), StringComparison.Ordinal);
        Assert.IsNotType<MeshException>(exception);
        await counts.Come("dropped body-broken");
        Assert.Empty(_copies);
        Assert.Contains("body-broken", Assert.Single(mesh.Logs.Of("MirrorFailed")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_was_kept_for_a_redirect_is_copied_where_it_leads()
    {
        await using Backend backend = await Backend.StartAsync(answer: async context =>
        {
            using StreamReader reader = new(context.Request.Body);
            _bodies.Enqueue(await reader.ReadToEndAsync(context.RequestAborted));
            context.Response.StatusCode = context.Request.Path == "/" ? 307 : 200;
            context.Response.Headers.Location = "http://catalog/next";
        });
        await using Backend shadow = await BackendAsync(_copies);
        await using TestMesh mesh = await StartAsync(backend, shadow, """ "RequestHeaders": { "Add": { "content-language": "eo" } }, """);
        foreach (string kind in (string[])["once", "text"])
        {
            using HttpContent body = Body(kind);
            using HttpRequestMessage request = Request(body);

            using HttpResponseMessage response = await mesh.Client().SendAsync(request, Cancel);

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Same(body, request.Content);
        }

        await Eventually.Holds(() => _copies.Count == 4);
        Assert.Equal(["hello", "hello", "hello", "hello"], _copies);
        Assert.Equal(["hello", "hello", "hello", "hello"], _bodies);
        Assert.Equal(["/", "/", "/next", "/next"], shadow.Requests.Select(seen => seen.Path).Order(StringComparer.Ordinal));
        Assert.All([.. backend.Requests, .. shadow.Requests], seen => Assert.Equal("eo", seen.Headers["content-language"]));
    }

    [Fact]
    public async Task Single_messages_of_grpc_are_copied_and_streams_of_messages_are_not()
    {
        PricingService service = new();
        PricingService copied = new();
        await using Backend backend = await Backend.StartGrpcAsync("one", service);
        await using Backend shadow = await Backend.StartGrpcAsync("two", copied);
        await using TestMesh mesh = await TestMesh.StartAsync(
            Rules.Services(
                ("pricing", $$""" "Routes": [ { "Mirror": [ { "Service": "shadow" } ] } ], {{Rules.Endpoints(backend.Address)}} """),
                ("shadow", Rules.Endpoints(shadow.Address))),
            builder => builder.Services.AddGrpcClient<Pricing.PricingClient>(options => options.Address = new Uri("http://pricing")));
        using MirrorCounts counts = new(mesh);
        Pricing.PricingClient client = mesh.Services.GetRequiredService<Pricing.PricingClient>();

        Assert.Equal(200, (await client.GetAsync(new PriceRequest { Item = "tea", Count = 2 }, cancellationToken: Cancel)).Cents);
        await counts.Come("success");

        using AsyncServerStreamingCall<PriceReply> watch = client.Watch(new PriceRequest { Count = 3 }, cancellationToken: Cancel);
        Assert.Equal(3, await watch.ResponseStream.ReadAllAsync(Cancel).CountAsync(Cancel));
        await counts.Come("success", "success");

        using AsyncDuplexStreamingCall<PriceRequest, PriceReply> chat = client.Chat(cancellationToken: Cancel);
        await chat.RequestStream.WriteAsync(new PriceRequest { Count = 1 }, Cancel);
        await chat.RequestStream.CompleteAsync();
        Assert.Equal(1, await chat.ResponseStream.ReadAllAsync(Cancel).CountAsync(Cancel));
        await counts.Come("success", "success", "dropped streaming");
        Assert.Equal((3, 2), (service.Calls, copied.Calls));
        Assert.Equal(["pricing-shadow", "pricing-shadow"], shadow.Requests.Select(seen => seen.Host));
    }

    private static HttpRequestMessage Request(HttpContent body, bool http2 = false) => new(HttpMethod.Put, s_catalog)
    {
        Content = body,
        Version = http2 ? HttpVersion.Version20 : HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    private static Task<TestMesh> StartAsync(Backend backend, Backend shadow, string route = "") => TestMesh.StartAsync(Rules.Services(
        ("catalog", $"\"Routes\": [ {{ {route} \"Mirror\": [ {{ \"Service\": \"shadow\" }} ] }} ], {Rules.Endpoints(backend.Address)}"),
        ("shadow", Rules.Endpoints(shadow.Address))));

    private static Task<Backend> BackendAsync(ConcurrentQueue<string> bodies, bool http2 = false) => Backend.StartAsync(http2: http2, answer: async context =>
    {
        using StreamReader reader = new(context.Request.Body);
        bodies.Enqueue(await reader.ReadToEndAsync(context.RequestAborted));
    });

    private static HttpContent Body(string kind) => kind switch
    {
        "bytes" => new ByteArrayContent("hello"u8.ToArray()),
        "memory" => new ReadOnlyMemoryContent("hello"u8.ToArray()),
        "text" => new StringContent("hello", Encoding.UTF8, "text/plain"),
        "json" => JsonContent.Create(new { Greeting = "hello" }),
        "form" => new FormUrlEncodedContent([new("greeting", "hello")]),
        "multipart" => new MultipartFormDataContent("line") { { new StreamContent(new OneWayStream("hello")), "greeting" } },
        "stream" => new StreamContent(new MemoryStream("hello"u8.ToArray())) { Headers = { { "Content-Type", "text/x" } } },
        "empty" => new ByteArrayContent([]),
        _ => new StreamContent(new OneWayStream("hello")),
    };

    private sealed class Faulty(string name)
    {
        public string Name => throw new InvalidOperationException($"It has no {name}.");
    }
}
