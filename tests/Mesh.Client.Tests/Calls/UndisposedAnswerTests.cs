using System.Net;
using System.Runtime.CompilerServices;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Client.Tests.Calls;

/// <summary>Answers that the caller drops without reading or disposing them: the garbage collector ends their calls.</summary>
public sealed class UndisposedAnswerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, "")]
    [InlineData(false, "\"Retry\": { \"PerTryTimeout\": \"120s\" }")]
    [InlineData(true, "")]
    [InlineData(true, "\"Retry\": { \"PerTryTimeout\": \"120s\" }")]
    public async Task It_does_not_stay_in_flight(bool http2, string route)
    {
        await using Backend backend = await Backend.StartAsync(http2: http2, answer: StallAsync);
        await using TestMesh mesh = await TestMesh.StartAsync(
            Rules.Route(route, backend.Address),
            builder => builder.Services.AddHttpClient("patient", client => client.Timeout = Timeout.InfiniteTimeSpan));

        // A client that lives on: its own token must not keep the call alive.
        HttpClient client = mesh.Client("patient");
        await DropAsync(client, http2, 5);
        await Collected(mesh);

        Assert.Equal(5, backend.Count);
        GC.KeepAlive(client);
    }

    [Fact]
    public async Task With_a_routes_timeout_that_ends_it()
    {
        await using Backend backend = await Backend.StartAsync(answer: StallAsync);
        FakeTimeProvider time = new();
        await using TestMesh mesh = await TestMesh.StartAsync(
            Rules.Route("\"Timeout\": \"500ms\"", backend.Address), builder => builder.Services.AddSingleton<TimeProvider>(time));

        await DropAsync(mesh.Client(), http2: false, 3);
        time.Advance(TimeSpan.FromMilliseconds(500));

        await mesh.IsIdle();
    }

    [Fact]
    public async Task Its_place_is_free_for_those_that_wait()
    {
        await using Backend backend = await Backend.StartAsync(answer: context =>
            context.Request.Path == "/quick" ? Task.CompletedTask : StallAsync(context));
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("\"CircuitBreaker\": { \"MaxRequests\": 2 }", backend.Address));
        await DropAsync(mesh.Client(), http2: false, 2);

        Task<HttpResponseMessage> waiting = mesh.Client().GetAsync(new Uri("http://catalog/quick"), Cancel);
        await Collected(mesh);

        using HttpResponseMessage response = await waiting;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Calls_and_deadlines_that_were_dropped_serve_again()
    {
        await using Backend backend = await Backend.StartAsync(answer: StallAsync);
        await using RawServer mute = RawServer.StartMute();
        FakeTimeProvider time = new();
        await using TestMesh mesh = await TestMesh.StartAsync(
            Rules.Services(
                ("catalog", Rules.Endpoints(backend.Address) + ", \"Routes\": [{ \"Retry\": { \"PerTryTimeout\": \"500ms\" } }]"),
                ("mute", Rules.Endpoints(mute.Address) + ", \"Routes\": [{ \"Timeout\": \"200ms\" }]")),
            builder => builder.Services.AddSingleton<TimeProvider>(time));
        using HttpMessageInvoker invoker = new(mesh.Mesh.CreateHandler());
        for (int round = 0; round < 3; round++)
        {
            await DropAsync(invoker, 8);

            // Until the timers of the attempts have fired, they hold their deadlines.
            time.Advance(TimeSpan.FromMilliseconds(600));
            await Collected(mesh);
        }

        // What the dropped calls used still keeps the time.
        Task<HttpResponseMessage>[] calls = [.. Enumerable.Range(0, 12).Select(_ =>
            invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, "http://mute/"), CancellationToken.None))];
        Assert.All(calls, call => Assert.False(call.IsCompleted));
        time.Advance(TimeSpan.FromMilliseconds(200));
        foreach (Task<HttpResponseMessage> call in calls)
        {
            await Assert.ThrowsAsync<TaskCanceledException>(() => call.InTime());
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task DropAsync(HttpClient client, bool http2, int count)
    {
        for (int i = 0; i < count; i++)
        {
            HttpRequestMessage request = new(HttpMethod.Get, "http://catalog/")
            {
                Version = http2 ? HttpVersion.Version20 : HttpVersion.Version11,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task DropAsync(HttpMessageInvoker invoker, int count)
    {
        for (int i = 0; i < count; i++)
        {
            HttpResponseMessage response = await invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, "http://catalog/"), CancellationToken.None);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    private static Task Collected(TestMesh mesh) => Eventually.Holds(() =>
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return mesh.InFlight() == 0;
    });

    private static async Task StallAsync(HttpContext context)
    {
        await context.Response.WriteAsync("start");
        await context.Response.Body.FlushAsync();
        await Task.Delay(Timeout.Infinite, context.RequestAborted);
    }
}
