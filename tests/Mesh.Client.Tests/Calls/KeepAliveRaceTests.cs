using System.Collections.Concurrent;
using System.Net;
using System.Net.NetworkInformation;
using System.Text;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mesh.Client.Tests.Calls;

/// <summary>A server closes a connection as a request goes out on it.</summary>
public sealed class KeepAliveRaceTests
{
    private const string Empty = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    private const string NoRetries = "\"Retry\": { \"Attempts\": 0 }";

    private static readonly Uri s_catalog = new("http://catalog/");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Unwritten
    {
        get
        {
            TheoryData<string, string> rows = [];
            foreach (string end in (string[])["close", "reset"])
            {
                foreach (string body in (string[])["none", "bytes", "once", "long"])
                {
                    rows.Add(end, body);
                }
            }

            return rows;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_follows_a_request_with_a_body_is_a_request_of_its_own(bool isAsync)
    {
        await using Backend orders = await Backend.StartAsync(answer: context =>
        {
            context.Response.StatusCode = 303;
            context.Response.Headers.Location = "http://receipts/";
            return Task.CompletedTask;
        });
        await using Backend receipts = await Backend.StartAsync("receipts");
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Services(
            ("catalog", $"\"Routes\": [ {{ {NoRetries} }} ], {Rules.Endpoints(orders.Address)}"),
            ("receipts", $"\"Routes\": [ {{ {NoRetries} }} ], {Rules.Endpoints(receipts.Address)}")));

        for (int call = 1; call <= 3; call++)
        {
            using HttpRequestMessage request = new(HttpMethod.Post, s_catalog) { Content = new StringContent("an order") };
            using HttpResponseMessage response = isAsync ? await mesh.Client().SendAsync(request, Cancel) : mesh.Client().Send(request, Cancel);

            Assert.Equal("receipts", await response.Content.ReadAsStringAsync(Cancel));
        }
    }

    [Fact]
    public async Task An_answer_that_is_none_is_no_closed_connection()
    {
        int requests = 0;
        await using RawServer server = RawServer.Start(async connection =>
        {
            while (true)
            {
                string head = await connection.ReadRequestAsync();
                await connection.ReadBodyAsync(head);
                await connection.SendAsync(Interlocked.Increment(ref requests) == 1 ? Empty : "nonsense\r\n\r\n");
            }
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route(NoRetries, server.Address));
        using (HttpResponseMessage response = await mesh.Client().PutAsync(s_catalog, new StringContent("one"), Cancel))
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        await Assert.ThrowsAsync<MeshException>(() => mesh.Client().PutAsync(s_catalog, new StringContent("two"), Cancel));

        Assert.Equal(2, requests);
    }

    [Theory]
    [MemberData(nameof(Unwritten))]
    public async Task What_was_not_written_is_sent_on_another_connection_whatever_it_is(string end, string body)
    {
        ConcurrentQueue<string> heads = new();
        ConcurrentQueue<RawConnection> connections = new();
        await using RawServer server = RawServer.Start(async connection =>
        {
            connections.Enqueue(connection);
            while (true)
            {
                string head = await connection.ReadRequestAsync();
                heads.Enqueue(head);
                await connection.ReadBodyAsync(head);
                await connection.SendAsync(Empty);
            }
        });
        int armed = 0;
        await using TestMesh mesh = await TestMesh.StartAsync(
            Rules.Route(NoRetries, server.Address),
            builder => builder.AddServiceMesh(added => added.ConfigureTransport((_, handler) => handler.RequestHeaderEncodingSelector = (_, _) =>
            {
                // The connection is chosen, and the head is being written into its buffer.
                if (Interlocked.Exchange(ref armed, 0) == 1 && connections.TryDequeue(out RawConnection? connection))
                {
                    CloseAndWait(connection, isReset: end == "reset");
                }

                return Encoding.Latin1;
            })));
        HttpClient client = mesh.Client();
        (await client.GetAsync(s_catalog, Cancel)).Dispose();
        armed = 1;

        using HttpRequestMessage request = new(HttpMethod.Post, s_catalog) { Content = Body(body) };
        request.Headers.Add("x-some", "header");
        using HttpResponseMessage response = await client.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(0, armed);
        Assert.Equal(2, server.Connections);
        Assert.Equal(["GET", "POST"], heads.Select(head => head.Split(' ')[0]));
    }

    [Theory]
    [InlineData("head", "close", "PUT", 2)]
    [InlineData("head", "reset", "PUT", 2)]
    [InlineData("half", "close", "PUT", 2)]
    [InlineData("half", "reset", "PUT", 2)]
    [InlineData("head", "close", "POST", 1)]
    [InlineData("head", "reset", "POST", 1)]
    [InlineData("half", "close", "POST", 1)]
    [InlineData("half", "reset", "POST", 1)]
    [InlineData("head", "close", "GET", 2)]
    public async Task What_was_written_to_a_used_connection_is_sent_again_where_that_does_no_harm(string read, string end, string method, int sends)
    {
        ConcurrentQueue<string> bodies = new();
        int calls = 0;
        await using RawServer server = RawServer.Start(async connection =>
        {
            while (true)
            {
                string head = await connection.ReadRequestAsync();
                if (Interlocked.Increment(ref calls) == 2)
                {
                    await connection.Stream.ReadExactlyAsync(new byte[read == "half" ? 2 : 0], connection.Stopping);
                    if (end == "reset")
                    {
                        connection.Reset();
                    }

                    return;
                }

                bodies.Enqueue(await connection.ReadBodyAsync(head));
                await connection.SendAsync(Empty);
            }
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route(NoRetries, server.Address));
        HttpClient client = mesh.Client();
        (await client.GetAsync(s_catalog, Cancel)).Dispose();

        using HttpRequestMessage request = new(new HttpMethod(method), s_catalog) { Content = method == "GET" ? null : new StringContent("text") };
        Task<HttpResponseMessage> call = client.SendAsync(request, Cancel);

        if (sends == 2)
        {
            Assert.Equal(HttpStatusCode.OK, (await call).StatusCode);
            Assert.Equal(method == "GET" ? "" : "text", bodies.Last());
            Assert.Null(mesh.Endpoint(server.Address).Reason);
            Assert.True(mesh.Endpoint(server.Address).Latency < TimeSpan.FromSeconds(5), "A closed connection counted as a failure of the endpoint.");
        }
        else
        {
            Assert.Equal(MeshFailureReason.Reset, (await Assert.ThrowsAsync<MeshException>(() => call)).Reason);
        }

        Assert.Equal(1 + sends, server.Requests);
    }

    [Fact]
    public async Task On_a_new_connection_it_is_the_rules_that_say()
    {
        await using RawServer closing = RawServer.StartClosing();
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route(NoRetries, closing.Address));
        using StringContent text = new("text");

        MeshException failure = await Assert.ThrowsAsync<MeshException>(() => mesh.Client().PutAsync(s_catalog, text, Cancel));

        Assert.Equal(MeshFailureReason.Reset, failure.Reason);
        Assert.Equal(1, closing.Requests);
    }

    [Fact]
    public async Task An_idempotent_request_whose_connection_broke_goes_elsewhere()
    {
        await using RawServer killed = RawServer.Start(async connection =>
        {
            await connection.ReadRequestAsync();
            connection.Reset();
        });
        await using Backend well = await Backend.StartAsync();
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("\"LoadBalancing\": { \"Policy\": \"RoundRobin\" }", killed.Address, well.Address));

        for (int call = 0; call < 4; call++)
        {
            using HttpResponseMessage response = await mesh.Client().GetAsync(s_catalog, Cancel);

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.NotEqual(0, killed.Requests);
    }

    [Fact]
    public async Task A_handler_with_credentials_repeats_what_was_answered_with_a_challenge()
    {
        await using Backend guarded = await Backend.StartAsync(answer: async context =>
        {
            await new StreamReader(context.Request.Body).ReadToEndAsync(Cancel);
            if (context.Request.Headers.Authorization.Count == 0)
            {
                context.Response.StatusCode = 401;
                context.Response.Headers.WWWAuthenticate = "Basic realm=\"shop\"";
                context.Response.Headers.Connection = "close";
            }
        });
        await using TestMesh mesh = await TestMesh.StartAsync(
            Rules.Route(NoRetries, guarded.Address),
            builder => builder.AddServiceMesh(added => added.ConfigureTransport((_, handler) => handler.Credentials = new NetworkCredential("web", "secret"))));

        using HttpResponseMessage response = await mesh.Client().PostAsync(s_catalog, new StringContent("an order"), Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, guarded.Count);
    }

    [Fact]
    public async Task A_head_that_expects_a_100_is_sent_once_where_the_method_is_not_idempotent()
    {
        await using RawServer closing = RawServer.StartClosing();
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route(NoRetries, closing.Address));
        using HttpRequestMessage request = new(HttpMethod.Post, s_catalog) { Content = new StringContent("text") };
        request.Headers.ExpectContinue = true;

        MeshException failure = await Assert.ThrowsAsync<MeshException>(() => mesh.Client().SendAsync(request, Cancel));

        Assert.Equal(MeshFailureReason.Reset, failure.Reason);
        Assert.Equal(1, closing.Requests);
    }

    [Theory]
    [InlineData(true, "none")]
    [InlineData(true, "bytes")]
    [InlineData(true, "seekable")]
    [InlineData(false, "none")]
    [InlineData(false, "bytes")]
    [InlineData(false, "seekable")]
    public async Task What_a_server_over_HTTP2_says_it_has_not_processed_is_sent_again(bool isGoAway, string body)
    {
        int requests = 0;
        await using RawServer server = RawServer.Start(async connection =>
        {
            await connection.OpenAsync();
            while (true)
            {
                int stream = await connection.ReadHeadersAsync();
                if (Interlocked.Increment(ref requests) > 1)
                {
                    await connection.AnswerAsync(stream);
                }
                else if (isGoAway)
                {
                    await connection.GoAwayAsync(last: 0, error: 0);

                    // A connection that is closed before what was said on it is read may say nothing.
                    await Task.Delay(Timeout.Infinite, connection.Stopping);
                }
                else
                {
                    await connection.ResetAsync(stream, Http2Script.RefusedStream);
                }
            }
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", server.Address));
        using HttpRequestMessage request = new(HttpMethod.Post, s_catalog)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = Body(body),
        };

        using HttpResponseMessage response = await mesh.Client().SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, requests);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("POST")]
    public async Task Of_three_over_HTTP2_one_that_dies_costs_no_idempotent_call_however_many_it_has(string method)
    {
        const int Calls = 60;
        bool holds = false;
        await using RawServer first = StartHttp2(() => false);
        await using RawServer second = StartHttp2(() => false);
        RawServer dying = StartHttp2(() => Volatile.Read(ref holds));
        await using TestMesh mesh = await TestMesh.StartAsync(
            Rules.Catalog("\"LoadBalancing\": { \"Policy\": \"RoundRobin\" }", first.Address, second.Address, dying.Address));
        HttpClient client = mesh.Client();
        for (int call = 0; call < 3; call++)
        {
            (await client.SendAsync(Request(), Cancel)).Dispose();
        }

        Volatile.Write(ref holds, true);
        Task<HttpResponseMessage>[] calls = [.. Enumerable.Range(0, Calls).Select(_ => client.SendAsync(Request(), Cancel))];
        await Eventually.Holds(() => dying.Requests == 1 + (Calls / 3) && calls.Count(call => call.IsCompletedSuccessfully) == Calls - (Calls / 3));
        await dying.DisposeAsync();

        MeshException?[] failures = [.. await Task.WhenAll(calls.Select(async call => await Record.ExceptionAsync(() => call) as MeshException))];
        int lost = method == "POST" ? Calls / 3 : 0;
        Assert.Equal(lost, failures.Count(failure => failure is { Reason: MeshFailureReason.Reset, Attempts: 1 }));
        Assert.Equal(Calls - lost, calls.Count(call => call.IsCompletedSuccessfully));
        Assert.Equal(Calls + 2 - lost, first.Requests + second.Requests);
        Assert.Equal(0, mesh.InFlight());

        HttpRequestMessage Request() => new(new HttpMethod(method), s_catalog)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    [Fact]
    public async Task What_was_in_flight_over_HTTP2_is_sent_again_though_the_endpoint_is_known_to_fail_by_then()
    {
        const int Calls = 60;
        bool holds = false;
        TaskCompletionSource dies = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RawServer first = StartHttp2(() => false);
        await using RawServer second = StartHttp2(() => false);

        // Its port takes connections for a moment longer than anybody reads from them, as a system does for a process that dies.
        await using RawServer dying = RawServer.Start(async connection =>
        {
            int stream = 0;
            for (int held = 0; !dies.Task.IsCompleted && held < Calls / 3;)
            {
                await (stream == 0 ? connection.OpenAsync() : Task.CompletedTask);
                stream = await connection.ReadHeadersAsync();
                if (Volatile.Read(ref holds))
                {
                    held++;
                }
                else
                {
                    await connection.AnswerAsync(stream);
                }
            }

            if (stream > 0)
            {
                await connection.FailAsync(stream);
                await dies.Task.WaitAsync(connection.Stopping);
            }
        });
        await using TestMesh mesh = await TestMesh.StartAsync(
            Rules.Catalog("\"LoadBalancing\": { \"Policy\": \"RoundRobin\" }", first.Address, second.Address, dying.Address));
        HttpClient client = mesh.Client();
        for (int call = 0; call < 3; call++)
        {
            Assert.Equal(HttpStatusCode.OK, await SendAsync());
        }

        Volatile.Write(ref holds, true);
        HttpStatusCode[] answers = await Task.WhenAll(Enumerable.Range(0, Calls).Select(_ => SendAsync()));

        Assert.Single(answers, HttpStatusCode.InternalServerError);
        Assert.Equal(Calls - 1, answers.Count(status => status == HttpStatusCode.OK));
        Assert.Equal(0, mesh.InFlight());

        async Task<HttpStatusCode> SendAsync()
        {
            using HttpRequestMessage request = new(HttpMethod.Get, s_catalog) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            using HttpResponseMessage answer = await client.SendAsync(request, Cancel);
            if (answer.StatusCode == HttpStatusCode.InternalServerError)
            {
                // The endpoint is known to fail: what it has not answered it is not to answer.
                dies.SetResult();
            }

            return answer.StatusCode;
        }
    }

    [Theory]
    [InlineData(false, 5, 2)]
    [InlineData(true, 2, 2)]
    public async Task A_server_over_HTTP2_that_fails_each_request_is_not_asked_for_ever(bool isReset, int first, int second)
    {
        int requests = 0;
        await using RawServer server = RawServer.Start(async connection =>
        {
            await connection.OpenAsync();
            while (true)
            {
                int stream = await connection.ReadHeadersAsync();
                if (Interlocked.Increment(ref requests) == 1)
                {
                    await connection.AnswerAsync(stream);
                }
                else if (isReset)
                {
                    await connection.ResetAsync(stream, Http2Script.InternalError);
                }
                else
                {
                    return;
                }
            }
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", server.Address));
        (await SendAsync()).Dispose();

        MeshException failure = await Assert.ThrowsAsync<MeshException>(SendAsync);
        Assert.Equal((MeshFailureReason.Reset, 2), (failure.Reason, failure.Attempts));
        Assert.Equal(1 + first, requests);

        // From here on it is known to fail: nothing is free.
        await Assert.ThrowsAsync<MeshException>(SendAsync);
        Assert.Equal(1 + first + second, requests);
        Assert.Equal(0, mesh.InFlight());

        Task<HttpResponseMessage> SendAsync() => mesh.Client().SendAsync(
            new HttpRequestMessage(HttpMethod.Get, s_catalog) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact }, Cancel);
    }

    [Fact]
    public async Task No_idempotent_call_is_lost_to_a_server_that_closes_connections_at_random_and_no_other_is_sent_twice()
    {
        const int Calls = 3000;
        ConcurrentDictionary<string, int> seen = new();
        await using RawServer server = RawServer.Start(async connection =>
        {
            while (true)
            {
                string head = await connection.ReadRequestAsync();
                await connection.ReadBodyAsync(head);
                seen.AddOrUpdate(head.Split(' ')[1], 1, (_, count) => count + 1);
                await connection.SendAsync(Empty);
                if (Random.Shared.Next(4) == 0)
                {
                    // The next request may be on its way.
                    Thread.SpinWait(Random.Shared.Next(2000));
                    return;
                }
            }
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", server.Address));
        HttpClient client = mesh.Client();
        ConcurrentQueue<string> lost = new();

        await Parallel.ForAsync(0, Calls, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancel }, async (call, token) =>
        {
            string method = (call % 3) switch { 0 => "GET", 1 => "PUT", _ => "POST" };
            using HttpRequestMessage request = new(new HttpMethod(method), $"http://catalog/{method}/{call}") { Content = method == "GET" ? null : new StringContent("text") };
            try
            {
                (await client.SendAsync(request, token)).Dispose();
            }
            catch (MeshException failure)
            {
                lost.Enqueue($"{method}: {failure.Reason}");
            }
        });

        TestContext.Current.TestOutputHelper?.WriteLine($"{server.Connections} connections, lost: {string.Join(", ", lost.GroupBy(text => text).Select(group => $"{group.Count()} {group.Key}"))}");
        Assert.DoesNotContain(lost, text => text != "POST: Reset");
        Assert.All(seen.Where(pair => pair.Key.StartsWith("/POST", StringComparison.Ordinal)), pair => Assert.Equal(1, pair.Value));
        Assert.True(server.Connections > Calls / 20, "Too few connections were closed to show anything.");
        Assert.Equal(0, mesh.InFlight());
    }

    private static RawServer StartHttp2(Func<bool> holds) => RawServer.Start(async connection =>
    {
        await connection.OpenAsync();
        while (true)
        {
            int stream = await connection.ReadHeadersAsync();
            if (!holds())
            {
                await connection.AnswerAsync(stream);
            }
        }
    });

    // Known for certain only from the system: the other side's state.
    private static void CloseAndWait(RawConnection connection, bool isReset)
    {
        IPEndPoint client = connection.Client;
        if (isReset)
        {
            connection.Reset();
        }
        else
        {
            connection.Dispose();
        }

        Assert.True(
            SpinWait.SpinUntil(
                () => Array.TrueForAll(
                    IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections(),
                    open => !open.LocalEndPoint.Equals(client) || open.State != TcpState.Established),
                TimeSpan.FromSeconds(10)),
            "The client's side never learnt that the connection is closed.");
    }

    private static HttpContent? Body(string kind) => kind switch
    {
        "none" => null,
        "bytes" => new StringContent("text"),
        "seekable" => new StreamContent(new MemoryStream(new byte[20_000])),
        "once" => new StreamContent(new OneWayStream("text")),
        _ => new StreamContent(new OneWayStream(new string('x', 200_000))),
    };
}
