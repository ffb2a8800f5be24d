using System.Net;
using System.Threading.Channels;
using Grpc.Core;
using Grpc.Net.Client;
using Mesh.Client.Tests.Grpc;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Client.Tests.Calls;

/// <summary>A route's <c>IdleTimeout</c>: an answer's body may pause for so long while it is read, and may take as long as it likes.</summary>
public sealed class IdleTimeoutTests
{
    private const string Limited = "\"IdleTimeout\": \"5s\"";

    private static readonly Uri s_catalog = new("http://catalog/");
    private static readonly TimeSpan s_short = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private readonly Channel<string> _pieces = Channel.CreateUnbounded<string>();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_that_pauses_longer_fails_as_a_timeout(bool isAsync)
    {
        await using Backend backend = await Backend.StartAsync(answer: SayAsync);
        await using TestMesh mesh = await StartAsync(Rules.Route(Limited, backend.Address));
        Say("piece");
        using HttpResponseMessage response = await mesh.Client().GetAsync(s_catalog, HttpCompletionOption.ResponseHeadersRead, Cancel);
        await using Stream body = await response.Content.ReadAsStreamAsync(Cancel);
        byte[] buffer = new byte[64];
        Assert.Equal(5, await body.ReadAsync(buffer, Cancel));

        Task<int> read = isAsync ? body.ReadAsync(buffer, Cancel).AsTask() : Task.Run(() => body.Read(buffer), Cancel);
        await TurnUntilDone(read);

        TaskCanceledException exception = await Assert.ThrowsAsync<TaskCanceledException>(() => read);
        Assert.IsType<TimeoutException>(exception.InnerException);
        Assert.Contains("IdleTimeout", exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, mesh.InFlight());

        // It stays so.
        Say("late");
        await Assert.ThrowsAsync<TaskCanceledException>(() => body.ReadAsync(buffer, Cancel).AsTask().InTime());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task So_does_one_that_HttpClient_buffers(bool isAsync)
    {
        await using Backend backend = await Backend.StartAsync(answer: SayAsync);
        await using TestMesh mesh = await StartAsync(Rules.Route(Limited, backend.Address));
        Say("piece");
        using HttpRequestMessage request = new(HttpMethod.Get, s_catalog);
        HttpClient client = mesh.Client();

        Task<HttpResponseMessage> call = isAsync ? client.SendAsync(request, Cancel) : Task.Run(() => client.Send(request, Cancel), Cancel);
        await TurnUntilDone(call);

        TaskCanceledException exception = await Assert.ThrowsAsync<TaskCanceledException>(() => call);
        Assert.IsType<TimeoutException>(exception.InnerException);
        Assert.Equal(0, mesh.InFlight());
    }

    [Theory]
    [InlineData(Limited)]
    [InlineData(Limited + ", \"Timeout\": \"60s\"")]
    public async Task A_body_that_never_pauses_for_so_long_takes_as_long_as_it_likes(string route)
    {
        await using Backend backend = await Backend.StartAsync(answer: SayAsync);
        await using TestMesh mesh = await StartAsync(Rules.Route(route, backend.Address));
        Say("0");
        using HttpResponseMessage response = await mesh.Client().GetAsync(s_catalog, HttpCompletionOption.ResponseHeadersRead, Cancel);
        await using Stream body = await response.Content.ReadAsStreamAsync(Cancel);
        byte[] buffer = new byte[64];
        for (int piece = 1; piece <= 5; piece++)
        {
            Assert.Equal(1, await body.ReadAsync(buffer, Cancel).AsTask().InTime());
            Task<int> next = body.ReadAsync(buffer.AsMemory(1), Cancel).AsTask();
            _time.Advance(s_short);
            Say("x");
            Assert.Equal(1, await next.InTime());
            Say("y");
        }

        Assert.Equal(1, await body.ReadAsync(buffer, Cancel).AsTask().InTime());
        _pieces.Writer.Complete();
        Assert.Equal(0, await body.ReadAsync(buffer, Cancel).AsTask().InTime());
        Assert.Equal(0, mesh.InFlight());
    }

    [Fact]
    public async Task A_reader_may_take_its_time()
    {
        await using Backend backend = await Backend.StartAsync(answer: SayAsync);
        await using TestMesh mesh = await StartAsync(Rules.Route(Limited, backend.Address));
        Say("a");
        using HttpResponseMessage response = await mesh.Client().GetAsync(s_catalog, HttpCompletionOption.ResponseHeadersRead, Cancel);
        await using Stream body = await response.Content.ReadAsStreamAsync(Cancel);
        Assert.Equal(1, await body.ReadAsync(new byte[8], Cancel));

        _time.Advance(TimeSpan.FromHours(1));
        Say("b");

        Assert.Equal(1, await body.ReadAsync(new byte[8], Cancel).AsTask().InTime());
    }

    [Fact]
    public async Task The_reader_can_still_cancel()
    {
        await using Backend backend = await Backend.StartAsync(answer: SayAsync);
        await using TestMesh mesh = await StartAsync(Rules.Route(Limited, backend.Address));
        Say("a");
        using HttpResponseMessage response = await mesh.Client().GetAsync(s_catalog, HttpCompletionOption.ResponseHeadersRead, Cancel);
        await using Stream body = await response.Content.ReadAsStreamAsync(Cancel);
        Assert.Equal(1, await body.ReadAsync(new byte[8], Cancel));
        using CancellationTokenSource reader = new();
        Task<int> read = body.ReadAsync(new byte[8], reader.Token).AsTask();

        await reader.CancelAsync();

        OperationCanceledException exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        Assert.Equal(reader.Token, exception.CancellationToken);
    }

    [Fact]
    public async Task A_gRPC_stream_that_pauses_ends_with_a_status()
    {
        PricingService service = new()
        {
            OnWatch = async (_, replies, context) =>
            {
                await replies.WriteAsync(new PriceReply { Cents = 1 });
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
            },
        };
        await using Backend backend = await Backend.StartGrpcAsync("one", service);
        await using TestMesh mesh = await StartAsync(Rules.Route(Limited, backend.Address));
        using GrpcChannel channel = GrpcChannel.ForAddress(s_catalog, new GrpcChannelOptions { HttpHandler = mesh.Mesh.CreateHandler() });
        using AsyncServerStreamingCall<PriceReply> watch = new Pricing.PricingClient(channel).Watch(new PriceRequest(), cancellationToken: Cancel);
        Assert.True(await watch.ResponseStream.MoveNext(Cancel));

        Task<bool> next = watch.ResponseStream.MoveNext(Cancel);
        await TurnUntilDone(next);

        RpcException exception = await Assert.ThrowsAsync<RpcException>(() => next);
        Assert.Equal(StatusCode.DeadlineExceeded, exception.StatusCode);
        Assert.Contains("IdleTimeout", exception.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_written_to_an_upgraded_connection_counts_too()
    {
        await using RawServer server = RawServer.Start(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: own\r\n\r\n");
            byte[] received = new byte[4];
            await connection.Stream.ReadExactlyAsync(received, connection.Stopping);
            await connection.SendAsync("x");
        });
        await using TestMesh mesh = await StartAsync(Rules.Route(Limited, server.Address));
        using HttpRequestMessage request = new(HttpMethod.Get, s_catalog);
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.Add(new("own"));
        using HttpResponseMessage response = await mesh.Client().SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        Assert.Equal(HttpStatusCode.SwitchingProtocols, response.StatusCode);
        await using Stream both = await response.Content.ReadAsStreamAsync(Cancel);

        Task<int> read = both.ReadAsync(new byte[8], Cancel).AsTask();
        for (int piece = 0; piece < 4; piece++)
        {
            _time.Advance(s_short);
            await both.WriteAsync("p"u8.ToArray(), Cancel);
        }

        Assert.Equal(1, await read.InTime());
    }

    private void Say(string piece) => Assert.True(_pieces.Writer.TryWrite(piece));

    private async Task SayAsync(HttpContext context)
    {
        await foreach (string piece in _pieces.Reader.ReadAllAsync(context.RequestAborted))
        {
            await context.Response.WriteAsync(piece);
            await context.Response.Body.FlushAsync();
        }
    }

    // A read that goes on in the background has begun at some time: the clock is turned until it is over.
    private Task TurnUntilDone(Task task) => Eventually.Holds(() =>
    {
        _time.Advance(s_limit);
        return task.IsCompleted;
    });

    private Task<TestMesh> StartAsync(string rules) => TestMesh.StartAsync(rules, builder => builder.Services.AddSingleton<TimeProvider>(_time));
}
