using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Tests.Calls;

/// <summary>Targets of copies that hang, fail or are missing: the caller never learns of it.</summary>
public sealed class MirrorFailureTests
{
    private static readonly Uri s_catalog = new("http://catalog/");

    private readonly WatchedTime _time = new(DateTimeOffset.UnixEpoch);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task While_a_target_hangs_every_call_is_answered_and_no_more_copies_are_in_flight_than_may_be(bool hasBody)
    {
        TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int inFlight = 0;
        int most = 0;
        await using Backend backend = await Backend.StartAsync();
        await using Backend shadow = await Backend.StartAsync(answer: async _ =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref inFlight));
            await release.Task;
            Interlocked.Decrement(ref inFlight);
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Documents("", shadow.Address, backend.Address, "\"MaxRequests\": 8"));
        using MirrorCounts counts = new(mesh);
        HttpClient client = mesh.Client();
        ConcurrentBag<HttpStatusCode> answers = [];

        await Parallel.ForAsync(0, 500, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Cancel }, async (_, cancel) =>
        {
            using HttpRequestMessage request = new(HttpMethod.Post, s_catalog) { Content = hasBody ? new StringContent("hello") : null };
            using HttpResponseMessage response = await client.SendAsync(request, cancel);
            answers.Add(response.StatusCode);
        });

        // Not one copy has been answered by now.
        Assert.Equal(Enumerable.Repeat(HttpStatusCode.OK, 500), answers);
        Assert.Equal(Enumerable.Repeat("dropped overflow", 492), counts.Ends);
        await Eventually.Holds(() => shadow.Count == 8);
        release.SetResult();
        await Eventually.Holds(() => counts.All.Count == 500);
        Assert.Equal(8, counts.Ends.Count(end => end == "success"));
        Assert.Equal(8, most);

        // Their places are free again.
        await CallUntil(client, () => shadow.Count >= 9);
    }

    [Theory]
    [InlineData("", 15)]
    [InlineData("\"Timeout\": \"2s\", ", 2)]
    public async Task A_copy_that_hangs_is_given_up(string timeout, int seconds)
    {
        await using Backend backend = await Backend.StartAsync();
        await using RawServer shadow = RawServer.StartMute();
        await using TestMesh mesh = await StartAsync(Documents(timeout, shadow.Address, backend.Address, "\"MaxRequests\": 1"));
        using MirrorCounts counts = new(mesh);

        await mesh.Client().GetTextAsync("http://catalog/");

        // A connection whose request is given up before it was sent serves the next one.
        await Eventually.Holds(() => shadow.Requests == 1);
        Assert.Equal(1, mesh.Endpoint(shadow.Address).ActiveRequests);
        _time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
        Assert.Empty(counts.All);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        await counts.Come("timeout timeout");
        await mesh.IsIdle();
        await CallUntil(mesh.Client(), () => shadow.Requests >= 2);
    }

    [Fact]
    public async Task An_answer_that_goes_on_for_ever_is_left_and_counts_against_nobody()
    {
        static Task TrickleAsync(RawConnection connection) => connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx")
            .ContinueWith(_ => Task.Delay(Timeout.Infinite, connection.Stopping), TaskScheduler.Default).Unwrap();

        await using Backend backend = await Backend.StartAsync();
        await using RawServer one = RawServer.Start(TrickleAsync);
        await using RawServer other = RawServer.Start(TrickleAsync);
        await using TestMesh mesh = await StartAsync(Rules.Services(
            ("catalog", $"\"Routes\": [ {{ \"Mirror\": [ {{ \"Service\": \"shadow\" }} ] }} ], {Rules.Endpoints(backend.Address)}"),
            ("shadow", $"\"OutlierDetection\": {{ \"ConsecutiveErrors\": 1 }}, {Rules.Endpoints(one.Address, other.Address)}")));
        using MirrorCounts counts = new(mesh);

        await mesh.Client().GetTextAsync("http://catalog/");

        // The answer has begun once its time to headers is known.
        await Eventually.Holds(() => mesh.Endpoint(one.Address).Latency is not null || mesh.Endpoint(other.Address).Latency is not null);
        _time.Advance(TimeSpan.FromSeconds(15));
        await counts.Come("timeout timeout");
        await mesh.IsIdle();
        Assert.Empty(mesh.Logs.Of("EndpointEjected"));
    }

    [Fact]
    public async Task A_target_that_nobody_can_connect_to_is_counted_and_told_of()
    {
        await using Backend backend = await Backend.StartAsync();
        await using TestMesh mesh = await TestMesh.StartAsync(Documents("", RawServer.DeadAddress(), backend.Address));
        using MirrorCounts counts = new(mesh);

        Assert.Equal("backend", await mesh.Client().GetTextAsync("http://catalog/"));

        await counts.Come("failure connect-failure");
        await Eventually.Holds(() => mesh.Logs.Of("MirrorFailed").Count == 1);
        Assert.Contains("No connection to 'shadow'", mesh.Logs.Of("MirrorFailed")[0].Message, StringComparison.Ordinal);
        await mesh.IsIdle();
    }

    [Fact]
    public async Task A_target_that_no_source_knows_is_counted()
    {
        await using Backend backend = await Backend.StartAsync();
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route("\"Mirror\": [ { \"Service\": \"nobody\" } ]", backend.Address));
        using MirrorCounts counts = new(mesh);

        Assert.Equal("backend", await mesh.Client().GetTextAsync("http://catalog/"));

        await counts.Come("failure no-endpoints");
        Assert.Equal("nobody", counts.All[0].Tags["mesh.destination"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_caller_that_gives_up_takes_no_copy_along(bool cancels)
    {
        TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ConcurrentQueue<(string Body, bool IsAborted)> copies = new();
        await using Backend backend = await Backend.StartAsync(answer: async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            if (!cancels)
            {
                await context.Response.WriteAsync("begun");
                await context.Response.Body.FlushAsync();
            }

            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        await using Backend shadow = await Backend.StartAsync(answer: async context =>
        {
            await release.Task;
            using StreamReader reader = new(context.Request.Body);
            copies.Enqueue((await reader.ReadToEndAsync(), context.RequestAborted.IsCancellationRequested));
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Documents("", shadow.Address, backend.Address));
        using MirrorCounts counts = new(mesh);
        using CancellationTokenSource caller = new();
        using HttpRequestMessage request = new(HttpMethod.Post, s_catalog) { Content = new StringContent("hello") };

        Task<HttpResponseMessage> call = mesh.Client().SendAsync(request, HttpCompletionOption.ResponseHeadersRead, caller.Token);
        await Eventually.Holds(() => shadow.Count == 1);
        if (cancels)
        {
            await caller.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.InTime());
        }
        else
        {
            (await call.InTime()).Dispose();
        }

        request.Dispose();
        release.SetResult();
        await counts.Come("success");
        Assert.Equal([("hello", false)], copies);
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(10_000_000)]
    public async Task The_answer_to_a_copy_is_dropped_however_long_it_is(int length)
    {
        await using Backend backend = await Backend.StartAsync();
        await using Backend shadow = await Backend.StartAsync(answer: async context =>
        {
            context.Response.StatusCode = 201;
            await context.Response.Body.WriteAsync(new byte[length], context.RequestAborted);
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Documents("", shadow.Address, backend.Address));
        using MirrorCounts counts = new(mesh);

        for (int call = 1; call <= 3; call++)
        {
            using HttpResponseMessage response = await mesh.Client().GetUriAsync("http://catalog/");
            Assert.Equal((HttpStatusCode.OK, "backend"), (response.StatusCode, await response.Content.ReadAsStringAsync(Cancel)));
            await Eventually.Holds(() => counts.All.Count == call);
        }

        Assert.Equal(["success", "success", "success"], counts.Ends);
        await mesh.IsIdle();
    }

    [Fact]
    public async Task The_connection_serves_the_next_copy()
    {
        await using Backend backend = await Backend.StartAsync();
        await using RawServer shadow = RawServer.Start(async connection =>
        {
            while (true)
            {
                await connection.ReadRequestAsync();
                await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
            }
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Documents("", shadow.Address, backend.Address));
        using MirrorCounts counts = new(mesh);

        for (int call = 1; call <= 5; call++)
        {
            await mesh.Client().GetTextAsync("http://catalog/");
            await Eventually.Holds(() => counts.All.Count == call);
            await mesh.IsIdle();
        }

        Assert.Equal((1, 5), (shadow.Connections, shadow.Requests));
    }

    [Fact]
    public async Task Copies_take_no_places_of_the_targets_own_calls_and_need_none()
    {
        TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Backend backend = await Backend.StartAsync();
        await using Backend shadow = await Backend.StartAsync(answer: context => context.Request.Path == "/own" ? Task.CompletedTask : release.Task);
        await using TestMesh mesh = await TestMesh.StartAsync(Documents(
            "", shadow.Address, backend.Address, target: "\"CircuitBreaker\": { \"MaxRequests\": 1, \"MaxPendingRequests\": 0 }, "));

        for (int call = 0; call < 3; call++)
        {
            await mesh.Client().GetTextAsync("http://catalog/");
        }

        await Eventually.Holds(() => shadow.Count == 3);
        Assert.Equal((0, 3), (mesh.Service("shadow").ActiveCalls, mesh.Endpoint(shadow.Address).ActiveRequests));
        (await mesh.Client().GetUriAsync("http://shadow/own")).EnsureSuccessStatusCode().Dispose();
        release.SetResult();
        await mesh.IsIdle();
    }

    [Fact]
    public async Task The_target_learns_from_copies_as_from_calls()
    {
        await using Backend backend = await Backend.StartAsync();
        await using Backend shadow = await Backend.StartAsync();
        string dead = RawServer.DeadAddress();
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Services(
            ("catalog", $"\"Routes\": [ {{ \"Mirror\": [ {{ \"Service\": \"shadow\" }} ] }} ], {Rules.Endpoints(backend.Address)}"),
            ("shadow", $"\"LoadBalancing\": {{ \"Policy\": \"RoundRobin\" }}, \"OutlierDetection\": {{ \"ConsecutiveErrors\": 2, \"BaseEjectionTime\": \"1h\", \"MaxEjectionTime\": \"1h\" }}, {Rules.Endpoints(shadow.Address, dead)}")));
        using MirrorCounts counts = new(mesh);

        for (int call = 1; call <= 8; call++)
        {
            await mesh.Client().GetTextAsync("http://catalog/");
            await Eventually.Holds(() => counts.All.Count == call);
        }

        Assert.Equal(2, counts.Ends.Count(end => end == "failure connect-failure"));
        Assert.Contains(dead, Assert.Single(mesh.Logs.Of("EndpointEjected")).Message, StringComparison.Ordinal);
        Assert.NotNull(mesh.Endpoint(shadow.Address).Latency);
    }

    [Fact]
    public async Task What_listens_may_fail_and_neither_the_call_nor_a_place_is_lost()
    {
        await using Backend backend = await Backend.StartAsync();
        await using Backend shadow = await Backend.StartAsync();
        await using TestMesh mesh = await TestMesh.StartAsync(Documents(
            "\"Retry\": { \"MaxBodyBytes\": 3 }, ", shadow.Address, backend.Address, "\"MaxRequests\": 1"));
        IMeterFactory meters = mesh.Services.GetRequiredService<IMeterFactory>();
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Meter.Scope == meters && instrument.Name == "mesh.client.mirrors")
            {
                listening.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => throw new InvalidOperationException("It cannot count."));
        listener.Start();

        for (int call = 1; call <= 3; call++)
        {
            await CallUntil(mesh.Client(), () => shadow.Count >= call);
            await mesh.IsIdle();
        }

        using StringContent body = new("too long");
        (await mesh.Client().PostAsync(s_catalog, body, Cancel)).EnsureSuccessStatusCode().Dispose();
        await Eventually.Holds(() => mesh.Logs.Of("MirrorFailed").Count >= 4);
        Assert.All(mesh.Logs.Of("MirrorFailed"), line => Assert.Contains("It cannot count.", line.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_copy_whose_request_was_never_sent_gives_its_place_back(bool isAsync)
    {
        await using Backend shadow = await Backend.StartAsync();
        await using TestMesh mesh = await TestMesh.StartAsync(Documents(
            "\"Retry\": { \"Attempts\": 0 }, ", shadow.Address, RawServer.DeadAddress(), "\"MaxRequests\": 1", caller: "\"OutlierDetection\": { \"ConsecutiveErrors\": 0 }, "));
        using MirrorCounts counts = new(mesh);
        HttpClient client = mesh.Client();

        for (int call = 0; call < 2; call++)
        {
            using HttpRequestMessage request = new(HttpMethod.Put, s_catalog) { Content = new StringContent("hello") };
            HttpContent content = request.Content;
            await Assert.ThrowsAsync<MeshException>(async () => (isAsync ? await client.SendAsync(request, Cancel) : client.Send(request, Cancel)).Dispose());
            Assert.Same(content, request.Content);
        }

        Assert.Equal(["dropped not-sent", "dropped not-sent"], counts.Ends);
        Assert.Equal(0, shadow.Count);
    }

    [Fact]
    public async Task So_does_one_whose_body_the_server_did_not_want()
    {
        // A body of up to 1024 bytes the runtime sends all the same.
        string body = new('x', 5000);
        await using RawServer backend = RawServer.Start(async connection =>
        {
            bool isRefused = (await connection.ReadRequestAsync()).Contains("100-continue", StringComparison.Ordinal);
            if (!isRefused)
            {
                await connection.Stream.ReadExactlyAsync(new byte[body.Length], connection.Stopping);
            }

            await connection.SendAsync($"HTTP/1.1 {(isRefused ? "417 No" : "200 OK")}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        });
        await using Backend shadow = await Backend.StartAsync();
        await using TestMesh mesh = await TestMesh.StartAsync(Documents("", shadow.Address, backend.Address, "\"MaxRequests\": 1"));
        using MirrorCounts counts = new(mesh);
        foreach (bool expects in (bool[])[true, false])
        {
            using HttpRequestMessage request = new(HttpMethod.Put, s_catalog) { Content = new StringContent(body) };
            request.Headers.ExpectContinue = expects;

            using HttpResponseMessage response = await mesh.Client().SendAsync(request, Cancel).InTime();

            Assert.Equal(expects ? HttpStatusCode.ExpectationFailed : HttpStatusCode.OK, response.StatusCode);
        }

        await counts.Come("dropped not-sent", "success");
        Assert.Equal(1, shadow.Count);
    }

    [Fact]
    public async Task A_copy_has_its_place_while_the_body_is_kept_for_it()
    {
        TaskCompletionSource rest = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Backend backend = await Backend.StartAsync();
        await using Backend shadow = await Backend.StartAsync();
        await using TestMesh mesh = await TestMesh.StartAsync(Documents("", shadow.Address, backend.Address, "\"MaxRequests\": 1"));
        using MirrorCounts counts = new(mesh);
        using WaitingContent body = new(rest.Task);
        Task<HttpResponseMessage> upload = mesh.Client().PutAsync(s_catalog, body, Cancel);
        await Eventually.Holds(() => backend.Count == 1);

        Assert.Equal("backend", await mesh.Client().GetTextAsync("http://catalog/"));

        await counts.Come("dropped overflow");
        rest.SetResult();
        (await upload.InTime()).EnsureSuccessStatusCode().Dispose();
        await counts.Come("dropped overflow", "success");
    }

    [Fact]
    public async Task A_logging_provider_that_throws_fails_no_call()
    {
        await using Backend backend = await Backend.StartAsync();
        await using TestMesh mesh = await TestMesh.StartAsync(
            Documents("\"Retry\": { \"MaxBodyBytes\": 3 }, ", RawServer.DeadAddress(), backend.Address),
            builder => builder.Logging.AddProvider(new ThrowingProvider()));
        using MirrorCounts counts = new(mesh);
        using StreamContent tooLong = new(new OneWayStream("hello"));
        using UnsureContent unsure = new();

        Assert.Equal("backend", await mesh.Client().GetTextAsync("http://catalog/"));
        await counts.Come("failure connect-failure");
        using HttpResponseMessage known = await mesh.Client().PutAsync(s_catalog, new StringContent("hello"), Cancel);
        using HttpResponseMessage unknown = await mesh.Client().PutAsync(s_catalog, tooLong, Cancel);
        using HttpResponseMessage notMade = await mesh.Client().PutAsync(s_catalog, unsure, Cancel);

        Assert.All([known, unknown, notMade], response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        await counts.Come("failure connect-failure", "dropped body-too-long", "dropped body-too-long");
    }

    private static string Documents(string route, string shadow, string backend, string mirror = "\"Percent\": 100", string target = "", string caller = "") => Rules.Services(
        ("catalog", $"\"Routes\": [ {{ {route} \"Mirror\": [ {{ \"Service\": \"shadow\", {mirror} }} ] }} ], {caller}{Rules.Endpoints(backend)}"),
        ("shadow", target + Rules.Endpoints(shadow)));

    /// <summary>A place is free shortly after what the copy came to was counted.</summary>
    private static Task CallUntil(HttpClient client, Func<bool> holds) => Eventually.Holds(() =>
    {
        Assert.Equal("backend", client.SendText("http://catalog/"));
        return holds();
    });

    private static void InterlockedMax(ref int most, int value)
    {
        int seen = Volatile.Read(ref most);
        while (value > seen && Interlocked.CompareExchange(ref most, value, seen) is var found && found != seen)
        {
            seen = found;
        }
    }

    private async Task<TestMesh> StartAsync(string rules)
    {
        TestMesh mesh = await TestMesh.StartAsync(rules, builder => builder.Services.AddSingleton<TimeProvider>(_time));
        _time.Forget();
        return mesh;
    }

    /// <summary>Does not know its length the first time that it is asked.</summary>
    private sealed class UnsureContent() : StreamContent(new MemoryStream("a"u8.ToArray()))
    {
        private bool _wasAsked;

        protected override bool TryComputeLength(out long length)
        {
            if (!_wasAsked)
            {
                _wasAsked = true;
                throw new InvalidOperationException("Not yet.");
            }

            return base.TryComputeLength(out length);
        }
    }

    private sealed class ThrowingProvider : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Name == "MirrorFailed")
            {
                throw new InvalidOperationException("It cannot log.");
            }
        }

        public void Dispose()
        {
        }
    }
}
