using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Client.Tests.Calls;

public sealed class TimeoutTests
{
    // The only endpoint is ejected by its first failure.
    private const string Strict = """
        "OutlierDetection": { "ConsecutiveErrors": 1, "MaxEjectionPercent": 100, "MinReadyEndpoints": 0, "BaseEjectionTime": "60s" },
        "LoadBalancing": { "PanicThreshold": 0 }
        """;

    private static readonly Uri s_catalog = new("http://catalog/");

    private readonly WatchedTime _time = new(DateTimeOffset.UnixEpoch);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_port_that_accepts_and_never_answers_ends_at_the_routes_timeout()
    {
        await using RawServer mute = RawServer.StartMute();
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route("\"Name\": \"slow\", \"Timeout\": \"200ms\"", mute.Address));

        TaskCanceledException exception = await Assert.ThrowsAsync<TaskCanceledException>(() => mesh.Client().GetAsync(s_catalog, Cancel).InTime());

        AssertTimedOut(exception);
        Assert.Contains("'catalog'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("'slow'", exception.Message, StringComparison.Ordinal);
        Assert.Contains(mute.Address, exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, mesh.InFlight());
    }

    [Fact]
    public async Task The_same_holds_for_synchronous_calls()
    {
        await using RawServer mute = RawServer.StartMute();
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route("\"Timeout\": \"200ms\"", mute.Address));
        using HttpRequestMessage request = new(HttpMethod.Get, s_catalog);

        AssertTimedOut(Assert.Throws<TaskCanceledException>(() => mesh.Client().Send(request, Cancel)));
        Assert.Equal(0, mesh.InFlight());
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task The_timeout_covers_a_slow_body_that_is_buffered(bool isAsync, bool hasLength)
    {
        await using Backend backend = await Backend.StartAsync(answer: context => StallAsync(context, hasLength));
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route("\"Timeout\": \"300ms\"", backend.Address));
        HttpClient client = mesh.Client();
        using HttpRequestMessage request = new(HttpMethod.Get, s_catalog);

        AssertTimedOut(isAsync
            ? await Assert.ThrowsAsync<TaskCanceledException>(() => client.SendAsync(request, Cancel).InTime())
            : Assert.Throws<TaskCanceledException>(() => client.Send(request, Cancel)));
        Assert.Equal(0, mesh.InFlight());
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task The_timeout_covers_a_slow_body_that_is_read_as_a_stream(bool isAsync, bool hasLength)
    {
        await using Backend backend = await Backend.StartAsync(answer: context => StallAsync(context, hasLength));
        await using TestMesh mesh = await StartAsync(Rules.Route("\"Timeout\": \"500ms\"", backend.Address));
        using HttpRequestMessage request = new(HttpMethod.Get, s_catalog);
        using HttpResponseMessage response = await mesh.Client().SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        await using Stream body = await response.Content.ReadAsStreamAsync(Cancel);
        byte[] buffer = new byte[64];
        Assert.Equal(5, await body.ReadAsync(buffer, Cancel));
        Assert.Equal(2, mesh.InFlight());

        Task<int> ReadAsync() => (isAsync ? body.ReadAsync(buffer, Cancel).AsTask() : Task.Run(() => body.Read(buffer), Cancel)).InTime();

        Task<int> read = ReadAsync();
        _time.Advance(TimeSpan.FromMilliseconds(500));
        AssertTimedOut(await Assert.ThrowsAsync<TaskCanceledException>(() => read));
        Assert.Equal(0, mesh.InFlight());

        // It stays so.
        AssertTimedOut(await Assert.ThrowsAsync<TaskCanceledException>(ReadAsync));
    }

    [Fact]
    public async Task The_time_runs_while_nobody_reads()
    {
        await using Backend backend = await Backend.StartAsync(answer: context => StallAsync(context, hasLength: false));
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route("\"Timeout\": \"200ms\"", backend.Address));
        using HttpResponseMessage response = await mesh.Client().GetAsync(s_catalog, HttpCompletionOption.ResponseHeadersRead, Cancel);

        await mesh.IsIdle();

        AssertTimedOut(await Assert.ThrowsAsync<TaskCanceledException>(() => response.Content.ReadAsByteArrayAsync(Cancel).InTime()));
    }

    [Fact]
    public async Task A_body_that_was_read_in_time_stays_readable_to_its_end()
    {
        await using Backend backend = await Backend.StartAsync("hello");
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route("\"Timeout\": \"30s\"", backend.Address));
        HttpClient client = mesh.Client();
        using HttpResponseMessage response = await client.GetAsync(s_catalog, HttpCompletionOption.ResponseHeadersRead, Cancel);
        await using Stream body = await response.Content.ReadAsStreamAsync(Cancel);
        using StreamReader reader = new(body);

        Assert.Equal("hello", await reader.ReadToEndAsync(Cancel));

        // The call is over, and what it used serves others: this one is out of time or cancelled, the old body must not care.
        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetAsync(s_catalog, cancelled.Token));
        Assert.Equal(0, await body.ReadAsync(new byte[8], CancellationToken.None));
    }

    [Fact]
    public async Task An_attempt_that_runs_out_of_its_time_is_followed_by_another_elsewhere()
    {
        await using RawServer mute = RawServer.StartMute();
        await using Backend backend = await Backend.StartAsync("answer");
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog(
            "\"LoadBalancing\": { \"Policy\": \"RoundRobin\" }, \"Routes\": [{ \"Timeout\": \"30s\", \"Retry\": { \"PerTryTimeout\": \"1s\" } }]",
            mute.Address,
            backend.Address));

        for (int call = 0; call < 4; call++)
        {
            Assert.Equal("answer", await mesh.Client().GetStringAsync(s_catalog, Cancel));
        }

        Assert.Equal(4, backend.Count);
        Assert.True(mute.Connections > 0);
        Assert.Equal(0, mesh.InFlight());
    }

    [Fact]
    public async Task Every_attempt_has_its_own_time()
    {
        await using RawServer mute = RawServer.StartMute();
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route("\"Retry\": { \"Attempts\": 3, \"PerTryTimeout\": \"100ms\" }", mute.Address));

        TaskCanceledException exception = await Assert.ThrowsAsync<TaskCanceledException>(() => mesh.Client().GetAsync(s_catalog, Cancel).InTime());

        AssertTimedOut(exception);
        Assert.Contains("PerTryTimeout", exception.Message, StringComparison.Ordinal);
        Assert.Contains("attempts: 4", exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, mesh.InFlight());
    }

    [Fact]
    public async Task An_attempts_time_ends_with_its_headers()
    {
        TaskCompletionSource rest = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Backend backend = await Backend.StartAsync(answer: async context =>
        {
            await context.Response.WriteAsync("slow ");
            await context.Response.Body.FlushAsync();
            await rest.Task.WaitAsync(context.RequestAborted);
            await context.Response.WriteAsync("body");
        });
        await using TestMesh mesh = await StartAsync(Rules.Route("\"Retry\": { \"PerTryTimeout\": \"300ms\" }", backend.Address));

        using HttpResponseMessage response = await mesh.Client().GetAsync(s_catalog, HttpCompletionOption.ResponseHeadersRead, Cancel);
        _time.Advance(TimeSpan.FromSeconds(10));
        rest.SetResult();

        Assert.Equal("slow body", await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(1, backend.Count);
    }

    [Fact]
    public async Task The_routes_time_ends_attempts_that_would_have_more()
    {
        // It reads, so that an attempt which is given up leaves no connection that the next one could take over.
        await using RawServer mute = RawServer.Start(async connection =>
        {
            await connection.ReadRequestAsync();
            await Task.Delay(Timeout.Infinite, connection.Stopping);
        });
        await using TestMesh mesh = await StartAsync(Rules.Route(
            "\"Timeout\": \"400ms\", \"Retry\": { \"Attempts\": 10, \"PerTryTimeout\": \"250ms\", \"Backoff\": { \"BaseInterval\": \"1ms\", \"MaxInterval\": \"1ms\" } }",
            mute.Address));
        _time.Forget();

        Task<HttpResponseMessage> call = mesh.Client().GetAsync(s_catalog, Cancel);
        await Eventually.Holds(() => mute.Requests == 1);
        _time.Advance(TimeSpan.FromMilliseconds(250));
        _time.Advance(await _time.NextWait());
        await Eventually.Holds(() => mute.Requests == 2);
        _time.Advance(TimeSpan.FromMilliseconds(150));
        TaskCanceledException exception = await Assert.ThrowsAsync<TaskCanceledException>(() => call.InTime());

        AssertTimedOut(exception);
        Assert.Contains("within the Timeout", exception.Message, StringComparison.Ordinal);
        Assert.Contains("attempts: 2", exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, mesh.InFlight());
    }

    [Fact]
    public async Task Time_that_a_call_spent_in_the_queue_is_no_fault_of_its_endpoint()
    {
        TaskCompletionSource answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int requests = 0;
        await using Backend backend = await Backend.StartAsync(answer: context =>
            (Interlocked.Increment(ref requests) == 1 ? answer.Task : Task.Delay(Timeout.Infinite, context.RequestAborted)).WaitAsync(context.RequestAborted));
        await using TestMesh mesh = await StartAsync(
            Rules.Catalog($"\"Routes\": [{{ \"Timeout\": \"10s\" }}], \"CircuitBreaker\": {{ \"MaxRequests\": 1 }}, {Strict}", backend.Address));
        Task<HttpResponseMessage> holder = mesh.Client().GetAsync(s_catalog, Cancel);
        await Eventually.Holds(() => backend.Count == 1);
        _time.Advance(TimeSpan.FromSeconds(2));
        Task<HttpResponseMessage> queued = mesh.Client().GetAsync(s_catalog, Cancel);
        await Eventually.Holds(() => mesh.Queued() == 1);

        // The second is sent when three quarters of its time are over.
        _time.Advance(TimeSpan.FromSeconds(7.5));
        answer.SetResult();
        (await holder).Dispose();
        await Eventually.Holds(() => backend.Count == 2);
        _time.Advance(TimeSpan.FromSeconds(2.5));

        await Assert.ThrowsAsync<TaskCanceledException>(() => queued.InTime());
        Assert.Equal(EndpointState.Ready, mesh.Endpoint(backend.Address).State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Time_that_a_body_took_counts_where_somebody_waited_for_it(bool isRead)
    {
        await using Backend backend = await Backend.StartAsync(answer: context => StallAsync(context, hasLength: false));
        await using TestMesh mesh = await StartAsync(
            Rules.Catalog($"\"Routes\": [{{ \"Timeout\": \"10s\" }}], {Strict}", backend.Address));
        using HttpResponseMessage response = await mesh.Client().GetAsync(s_catalog, HttpCompletionOption.ResponseHeadersRead, Cancel);
        Task<byte[]>? read = isRead ? response.Content.ReadAsByteArrayAsync(Cancel) : null;

        _time.Advance(TimeSpan.FromSeconds(10));

        await mesh.IsIdle();
        AssertTimedOut(await Assert.ThrowsAsync<TaskCanceledException>(() => (read ?? response.Content.ReadAsByteArrayAsync(Cancel)).InTime()));
        Assert.Equal(isRead ? EndpointState.Ejected : EndpointState.Ready, mesh.Endpoint(backend.Address).State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_clients_own_timeout_holds_under_a_longer_route(bool withRouteTimeout)
    {
        await using RawServer mute = RawServer.StartMute();
        await using TestMesh mesh = await TestMesh.StartAsync(
            Rules.Route(withRouteTimeout ? "\"Timeout\": \"60s\"" : "\"Name\": \"any\"", mute.Address),
            builder => builder.Services.AddHttpClient("hasty", client => client.Timeout = TimeSpan.FromMilliseconds(200)));

        AssertTimedOut(await Assert.ThrowsAsync<TaskCanceledException>(() => mesh.Client("hasty").GetAsync(s_catalog, Cancel).InTime()));
        Assert.Equal(0, mesh.InFlight());
    }

    [Fact]
    public async Task A_clients_own_timeout_covers_a_body_that_it_buffers()
    {
        await using Backend backend = await Backend.StartAsync(answer: context => StallAsync(context, hasLength: false));
        await using TestMesh mesh = await TestMesh.StartAsync(
            Rules.Catalog("", backend.Address),
            builder => builder.Services.AddHttpClient("hasty", client => client.Timeout = TimeSpan.FromMilliseconds(300)));

        AssertTimedOut(await Assert.ThrowsAsync<TaskCanceledException>(() => mesh.Client("hasty").GetAsync(s_catalog, Cancel).InTime()));
        Assert.Equal(0, mesh.InFlight());
    }

    [Fact]
    public async Task A_routes_longer_timeout_is_not_cut_by_the_clients_default()
    {
        await using TestMesh mesh = await TestMesh.StartAsync(
            Rules.Route("\"Timeout\": \"5m\"", "127.0.0.1:1"),
            builder =>
            {
                builder.Services.AddHttpClient("catalog", client => client.BaseAddress = s_catalog);
                builder.Services.AddHttpClient("own", client => client.Timeout = TimeSpan.FromSeconds(7));
            });

        Assert.True(mesh.Client("catalog").Timeout >= TimeSpan.FromMinutes(5));
        Assert.Equal(TimeSpan.FromSeconds(7), mesh.Client("own").Timeout);
    }

    private Task<TestMesh> StartAsync(string rules) => TestMesh.StartAsync(rules, builder => builder.Services.AddSingleton<TimeProvider>(_time));

    private static void AssertTimedOut(TaskCanceledException exception) => Assert.IsType<TimeoutException>(exception.InnerException);

    private static async Task StallAsync(HttpContext context, bool hasLength)
    {
        context.Response.ContentLength = hasLength ? 10 : null;
        await context.Response.WriteAsync("start");
        await context.Response.Body.FlushAsync();
        await Task.Delay(Timeout.Infinite, context.RequestAborted);
    }
}
