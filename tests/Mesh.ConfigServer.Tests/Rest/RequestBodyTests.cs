using System.Collections.Immutable;
using System.Text;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.Hosting;
using Mesh.ConfigServer.Rest;
using Mesh.ConfigServer.Store;
using Mesh.ConfigServer.Tests.Hosting;
using Mesh.ConfigServer.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.ConfigServer.Tests.Rest;

public sealed class RequestBodyTests : IDisposable
{
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // What a failed test holds would hold up all others.
    public void Dispose() => _gate.TrySetResult();

    [Theory]
    [InlineData(RestLimits.LargeBody + 1)]
    [InlineData(null)]
    public async Task A_large_body_is_not_even_read_before_the_one_before_it_is_answered(int? length)
    {
        Task<IResult> first = Take(Request(RestLimits.LargeBody + 1), HoldAsync);
        await _entered.Task.InTime();
        HttpContext second = Request(length);
        Task<IResult> answer = Take(second, documents => Task.FromResult(Results.Ok(documents.Documents.Length)));
        Assert.Equal((false, 0), (answer.IsCompleted, second.Request.Body.Position));

        // Small ones pass by.
        await Take(Request(RestLimits.LargeBody), _ => Task.FromResult(Results.Ok())).InTime();
        Assert.Equal((false, 0), (answer.IsCompleted, second.Request.Body.Position));

        _gate.SetResult();
        await first.InTime();
        await answer.InTime();
        Assert.Equal(second.Request.Body.Length, second.Request.Body.Position);
    }

    [Fact]
    public async Task One_that_fails_makes_way_for_the_next()
    {
        Task<IResult> first = Take(Request(null), async documents =>
        {
            await HoldAsync(documents);
            throw new InvalidOperationException("No.");
        });
        _gate.SetResult();
        await Assert.ThrowsAsync<InvalidOperationException>(() => first.InTime());
        await Take(Request(null), _ => Task.FromResult(Results.Ok())).InTime();
    }

    [Theory]
    [InlineData("POST", "/api/v1/apply")]
    [InlineData("PUT", "/api/v1/services/default/a")]
    public async Task A_large_one_is_answered_once_it_is_written(string method, string path)
    {
        using StringContent content = new(TestServer.Service("a").PadRight(RestLimits.LargeBody + 1), Encoding.UTF8, "application/json");
        using HttpRequestMessage request = new(new HttpMethod(method), path) { Content = content };
        ServerSettings settings = ServerSettings.Read(
            new MeshConfigServerOptions { Http = "127.0.0.1:0", Xds = "off", XdsTls = "off" }, isDevelopment: true, Path.GetTempPath());
        Listeners listeners = new(settings);
        await using MeshStore store = await MeshStore.OpenAsync(
            new HeldGenerations(_entered, _gate), TimeProvider.System, NullLogger.Instance, TestContext.Current.CancellationToken);
        await using WebApplication app = ServerApp.Build(
            settings, listeners, new OpenedStore(store, new MemoryRegistrations(), [], IsNew: true), NullLoggerFactory.Instance, TimeProvider.System);
        await app.StartAsync(TestContext.Current.CancellationToken);
        using HttpClient client = TestServer.ClientOf(listeners.Addresses.Http!);

        Task<HttpResponseMessage> write = client.SendAsync(request, TestContext.Current.CancellationToken);
        await _entered.Task.InTime();
        HttpContext next = Request(null);
        Task<IResult> answer = Take(next, _ => Task.FromResult(Results.Ok()));
        (bool, long) before = (answer.IsCompleted, next.Request.Body.Position);
        _gate.SetResult();
        Assert.Equal((false, 0), before);

        using HttpResponseMessage written = await write;
        Assert.True(written.IsSuccessStatusCode);
        await answer.InTime();
        await app.StopAsync(TestContext.Current.CancellationToken);
    }

    private static Task<IResult> Take(HttpContext context, Func<DocumentSet, Task<IResult>> answer) =>
        RequestBody.WithDocumentsAsync(context, answer);

    private static DefaultHttpContext Request(int? length)
    {
        DefaultHttpContext context = new();
        string document = "kind: Service\nname: a\n";
        context.Request.ContentType = "application/yaml";
        context.Request.ContentLength = length;
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(document.PadRight(length ?? document.Length)));
        return context;
    }

    private async Task<IResult> HoldAsync(DocumentSet documents)
    {
        _entered.SetResult();
        await _gate.Task;
        return Results.Ok(documents.Documents.Length);
    }

    /// <summary>Generations that wait before one is added.</summary>
    private sealed class HeldGenerations(TaskCompletionSource entered, TaskCompletionSource gate)
        : PassingGenerations(new MemoryGenerations(TimeProvider.System))
    {
        public override async Task<bool> TryAddAsync(
            GenerationRecord generation, ImmutableArray<MeshDocument> documents, CancellationToken cancellationToken)
        {
            entered.SetResult();
            await gate.Task;
            return await base.TryAddAsync(generation, documents, cancellationToken);
        }
    }
}
