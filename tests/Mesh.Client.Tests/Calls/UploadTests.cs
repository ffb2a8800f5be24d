using System.Net;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mesh.Client.Tests.Calls;

/// <summary>Long bodies of requests over HTTP/2, to a server that answers before it reads: as the runtime's own handler sends them.</summary>
public sealed class UploadTests
{
    private const int Length = 4_000_000;

    // More than the server takes in before it reads.
    private const int Window = 1_100_000;
    private const string Mirrored = "\"Mirror\": [ { \"Service\": \"shadow\" } ], \"Retry\": { \"MaxBodyBytes\": 8000000 }";

    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _mayRead = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<long> _received = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _read;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("stream", null)]
    [InlineData("stream", "")]
    [InlineData("stream", Mirrored)]
    [InlineData("multipart", "")]
    [InlineData("bytes", null)]
    [InlineData("bytes", "")]
    [InlineData("bytes", Mirrored)]
    [InlineData("memory", Mirrored)]
    public async Task The_answer_is_handed_over_when_the_body_was_sent(string kind, string? route)
    {
        await using Backend backend = await Backend.StartAsync(http2: true, answer: AnswerThenReadAsync);
        await using Backend shadow = await Backend.StartAsync(http2: true);
        await using TestMesh mesh = await StartAsync(route ?? "", backend, shadow);
        using HttpMessageInvoker client = Client(mesh, route);
        using HttpRequestMessage request = Request(backend, route);
        request.Content = Body(kind);

        Task<HttpResponseMessage> call = client.SendAsync(request, Cancel);
        await HeadersAreHereAsync(client, backend, route);
        Assert.False(call.IsCompleted);
        _mayRead.SetResult();
        using HttpResponseMessage response = await call.InTime();

        Assert.InRange(Volatile.Read(ref _read), Length - Window, long.MaxValue);
        Assert.True(await _received.Task.InTime() >= Length);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(Mirrored)]
    public async Task A_body_of_another_type_may_wait_for_the_answer(string? route)
    {
        await using Backend backend = await Backend.StartAsync(http2: true, answer: AnswerThenReadAsync);
        await using Backend shadow = await Backend.StartAsync(http2: true);
        await using TestMesh mesh = await StartAsync(route ?? "", backend, shadow);
        using HttpMessageInvoker client = Client(mesh, route);
        using HttpRequestMessage request = Request(backend, route);
        TaskCompletionSource hasAnswer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        request.Content = new WaitingContent(hasAnswer.Task);
        _mayRead.SetResult();

        using HttpResponseMessage response = await client.SendAsync(request, Cancel).InTime();
        hasAnswer.SetResult();

        Assert.Equal(2, await _received.Task.InTime());
    }

    [Theory]
    [InlineData("bytes", Mirrored)]
    [InlineData("stream", "")]
    [InlineData("stream", Mirrored)]
    public async Task A_handler_of_the_applications_own_can_read_it(string kind, string route)
    {
        using ReadingHandler handler = new();
        await using TestMesh mesh = await TestMesh.StartAsync(
            Rules.Services(("catalog", $"\"Routes\": [ {{ {(route.Length > 0 ? Mirrored : "")} }} ], {Rules.Endpoints("127.0.0.1:1")}"), ("shadow", Rules.Endpoints("127.0.0.1:1"))),
            builder => builder.AddServiceMesh(mesh => mesh.UseHandler("catalog", handler)));
        foreach (bool isAsync in (bool[])[true, false])
        {
            using HttpRequestMessage request = new(HttpMethod.Put, "http://catalog/") { Content = Body(kind) };
            using HttpResponseMessage response = isAsync ? await mesh.Client().SendAsync(request, Cancel) : mesh.Client().Send(request, Cancel);
            Assert.Equal(Length, handler.Read);
        }
    }

    private static Task<TestMesh> StartAsync(string route, Backend backend, Backend shadow) => TestMesh.StartAsync(Rules.Services(
        ("catalog", $"\"Routes\": [ {{ {route} }} ], {Rules.Endpoints(backend.Address)}"),
        ("shadow", Rules.Endpoints(shadow.Address))));

    /// <summary>A client of the mesh, or, where there is no route, one without.</summary>
    private static HttpMessageInvoker Client(TestMesh mesh, string? route) => new(route is null ? new SocketsHttpHandler() : mesh.Mesh.CreateHandler());

    private static HttpRequestMessage Request(Backend backend, string? route) => new(HttpMethod.Put, $"http://{(route is null ? backend.Address : "catalog")}/")
    {
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    private static HttpContent Body(string kind) => kind switch
    {
        "bytes" => new ByteArrayContent(new byte[Length]),
        "memory" => new ReadOnlyMemoryContent(new byte[Length]),
        "multipart" => new MultipartFormDataContent { { new StreamContent(new MemoryStream(new byte[Length])), "file" } },
        _ => new StreamContent(new MemoryStream(new byte[Length])),
    };

    // What comes later over the same connection was read later.
    private async Task HeadersAreHereAsync(HttpMessageInvoker client, Backend backend, string? route)
    {
        await _answered.Task.InTime();
        using HttpRequestMessage request = Request(backend, route);
        request.Method = HttpMethod.Get;
        (await client.SendAsync(request, Cancel).InTime()).Dispose();
    }

    private async Task AnswerThenReadAsync(HttpContext context)
    {
        if (context.Request.Method == "GET")
        {
            return;
        }

        await context.Response.Body.FlushAsync(context.RequestAborted);
        _answered.TrySetResult();
        await _mayRead.Task;
        byte[] buffer = new byte[16384];
        try
        {
            int read;
            while ((read = await context.Request.Body.ReadAsync(buffer)) > 0)
            {
                Interlocked.Add(ref _read, read);
            }
        }
        catch (IOException)
        {
            // The caller has cut it.
        }

        _received.TrySetResult(_read);
    }

    private sealed class ReadingHandler : HttpMessageHandler
    {
        public long Read { get; private set; }

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Answer(request.Content!.ReadAsStream(cancellationToken));

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Answer(await request.Content!.ReadAsStreamAsync(cancellationToken));

        private HttpResponseMessage Answer(Stream body)
        {
            using MemoryStream copy = new();
            body.CopyTo(copy);
            Read = copy.Length;
            return new HttpResponseMessage();
        }
    }
}
