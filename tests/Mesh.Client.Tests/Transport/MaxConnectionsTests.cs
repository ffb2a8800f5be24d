using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using Mesh.Client.Tests.Infrastructure;
using Mesh.Client.Transport;
using Mesh.Model;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Options;

namespace Mesh.Client.Tests.Transport;

/// <summary><c>CircuitBreaker:MaxConnections</c>, and the change of an endpoint's connections while calls are on them.</summary>
public sealed class MaxConnectionsTests : IDisposable
{
    private readonly SemaphoreSlim _answers = new(0);
    private readonly ConcurrentDictionary<string, int> _connections = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _answers.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Calls_over_the_limit_wait_for_a_connection(bool isAsync)
    {
        await using Backend backend = await Backend.StartAsync(answer: AnswerWhenTold);
        await using TestMesh mesh = await TestMesh.StartAsync(Limit(2, backend));
        Task<HttpResponseMessage>[] calls = [.. Enumerable.Range(0, 6).Select(_ => Call(mesh, isAsync: isAsync))];
        await Eventually.Holds(() => backend.Count == 2 && mesh.Endpoint(backend.Address).ActiveRequests == 6);

        _answers.Release(6);
        await AllSucceed(calls);

        Assert.Equal(6, backend.Count);
        Assert.Equal(2, _connections.Count);
        Assert.Equal(0, mesh.InFlight());
    }

    [Fact]
    public async Task The_limit_is_each_endpoints_own()
    {
        await using Backend one = await Backend.StartAsync(answer: AnswerWhenTold);
        await using Backend two = await Backend.StartAsync(answer: AnswerWhenTold);
        await using TestMesh mesh = await TestMesh.StartAsync(Limit(1, one, two));

        Task<HttpResponseMessage>[] calls = [.. Enumerable.Range(0, 6).Select(_ => Call(mesh))];
        await Eventually.Holds(() => (one.Count, two.Count) == (1, 1) && mesh.Service().ActiveCalls == 6);

        _answers.Release(6);
        await AllSucceed(calls);
        Assert.Equal((3, 3, 2), (one.Count, two.Count, _connections.Count));
    }

    [Fact]
    public async Task Each_name_that_a_service_is_called_by_has_connections_of_its_own()
    {
        await using Backend backend = await Backend.StartAsync(answer: AnswerWhenTold);
        await using TestMesh mesh = await TestMesh.StartAsync(Limit(1, backend));

        Task<HttpResponseMessage>[] calls = [.. Enumerable.Range(0, 4).Select(call => Call(mesh, host: call % 2 == 0 ? "catalog" : "catalog.default"))];
        await Eventually.Holds(() => backend.Count == 2 && mesh.Endpoint(backend.Address).ActiveRequests == 4);

        _answers.Release(4);
        await AllSucceed(calls);
        Assert.Equal(2, _connections.Count);
    }

    [Fact]
    public async Task It_does_not_limit_calls_over_http2()
    {
        await using Backend backend = await Backend.StartAsync(answer: AnswerWhenTold, http2: true);
        await using TestMesh mesh = await TestMesh.StartAsync(Limit(1, backend));

        Task<HttpResponseMessage>[] calls = [.. Enumerable.Range(0, 20).Select(_ => Call(mesh, http2: true))];
        await Eventually.Holds(() => backend.Count == 20);

        _answers.Release(20);
        await AllSucceed(calls);
    }

    [Fact]
    public async Task A_call_that_waits_for_a_connection_is_under_the_time_of_its_route()
    {
        await using Backend backend = await Backend.StartAsync(answer: AnswerWhenTold);
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog(
            "\"CircuitBreaker\": { \"MaxConnections\": 1 }, \"Routes\": [{ \"Match\": { \"Path\": \"/hurried\" }, \"Timeout\": \"200ms\" }, {}]", backend.Address));
        Task<HttpResponseMessage> holder = Call(mesh);
        await Eventually.Holds(() => backend.Count == 1);

        TaskCanceledException exception = await Assert.ThrowsAsync<TaskCanceledException>(() => Call(mesh, "/hurried"));

        Assert.IsType<TimeoutException>(exception.InnerException);
        _answers.Release();
        await AllSucceed(holder);
        Assert.Equal(1, backend.Count);
        Assert.Equal(0, mesh.InFlight());
    }

    [Fact]
    public async Task A_higher_limit_holds_from_the_next_call_on()
    {
        await using Backend backend = await Backend.StartAsync(answer: AnswerWhenTold);
        await using TestMesh mesh = await TestMesh.StartAsync(Limit(1, backend));
        List<Task<HttpResponseMessage>> calls = [.. Enumerable.Range(0, 3).Select(_ => Call(mesh))];
        await Eventually.Holds(() => backend.Count == 1 && mesh.Endpoint(backend.Address).ActiveRequests == 3);

        mesh.Change(Limit(4, backend));
        calls.AddRange(Enumerable.Range(0, 4).Select(_ => Call(mesh)));
        await Eventually.Holds(() => backend.Count == 5);

        // Those that wait already do so for the connection that there was.
        _answers.Release(7);
        await AllSucceed([.. calls]);
        Assert.Equal((7, 5), (backend.Count, _connections.Count));
        Assert.Equal(0, mesh.InFlight());
    }

    [Fact]
    public async Task A_lower_limit_lets_calls_end_and_holds_from_the_next_one_on()
    {
        await using Backend backend = await Backend.StartAsync(answer: AnswerWhenTold);
        await using TestMesh mesh = await TestMesh.StartAsync(Limit(3, backend));
        List<Task<HttpResponseMessage>> calls = [.. Enumerable.Range(0, 3).Select(_ => Call(mesh))];
        await Eventually.Holds(() => backend.Count == 3);

        mesh.Change(Limit(1, backend));
        calls.AddRange(Enumerable.Range(0, 3).Select(_ => Call(mesh)));
        await Eventually.Holds(() => backend.Count == 4 && mesh.Endpoint(backend.Address).ActiveRequests == 6);

        _answers.Release(6);
        await AllSucceed([.. calls]);
        Assert.Equal((6, 4), (backend.Count, _connections.Count));
    }

    [Theory]
    [InlineData("keep-alive", true)]
    [InlineData("keep-alive", false)]
    [InlineData("close", true)]
    [InlineData("close", false)]
    public async Task Calls_that_wait_are_answered_though_the_connections_are_replaced_or_the_endpoint_removed(string connection, bool isRemoved)
    {
        await using RawServer server = RawServer.Start(async caller =>
        {
            do
            {
                await caller.ReadRequestAsync();
                await _answers.WaitAsync(caller.Stopping);
                await caller.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: {connection}\r\n\r\n");
            }
            while (connection == "keep-alive");
        });
        await using Backend other = await Backend.StartAsync();
        await using TestMesh mesh = await TestMesh.StartAsync(Limit(1, server.Address));
        Task<HttpResponseMessage>[] calls = [.. Enumerable.Range(0, 3).Select(_ => Call(mesh))];
        await Eventually.Holds(() => server.Requests == 1 && mesh.Endpoint(server.Address).ActiveRequests == 3);

        mesh.Change(isRemoved ? Limit(1, other) : Limit(2, server.Address));
        _answers.Release(3);

        await AllSucceed(calls);
        Assert.Equal(3, server.Requests);
    }

    [Fact]
    public async Task What_does_not_change_the_limit_keeps_the_connections()
    {
        _answers.Release(2);
        await using Backend backend = await Backend.StartAsync(answer: AnswerWhenTold);
        await using TestMesh mesh = await TestMesh.StartAsync(Limit(3, backend));
        await AllSucceed(Call(mesh));

        mesh.Change(Rules.Catalog("\"CircuitBreaker\": { \"MaxConnections\": 3, \"MaxRequests\": 5 }, \"LoadBalancing\": { \"Policy\": \"Random\" }", backend.Address));

        await AllSucceed(Call(mesh));
        Assert.Equal(2, Assert.Single(_connections).Value);
    }

    [Fact]
    public async Task The_endpoint_keeps_what_was_learnt_of_it()
    {
        await using Backend backend = await Backend.StartAsync(answer: AnswerWhenTold);
        await using TestMesh mesh = await TestMesh.StartAsync(Limit(3, backend));
        _answers.Release();
        await AllSucceed(Call(mesh));
        Task<HttpResponseMessage> held = Call(mesh);
        await Eventually.Holds(() => backend.Count == 2);

        mesh.Change(Limit(4, backend));

        Assert.Equal(1, mesh.Endpoint(backend.Address).ActiveRequests);
        Assert.NotNull(mesh.Endpoint(backend.Address).Latency);
        _answers.Release();
        await AllSucceed(held);
    }

    [Fact]
    public async Task With_the_mesh_switched_off_there_is_no_limit()
    {
        await using Backend backend = await Backend.StartAsync(answer: AnswerWhenTold);
        await using TestMesh mesh = await TestMesh.StartAsync(Limit(1, backend));

        mesh.Change(Limit(1, backend).Replace("{ \"Services\"", "{ \"Enabled\": false, \"Services\"", StringComparison.Ordinal));
        Task<HttpResponseMessage>[] calls = [.. Enumerable.Range(0, 3).Select(_ => Call(mesh))];
        await Eventually.Holds(() => backend.Count == 3);

        _answers.Release(3);
        await AllSucceed(calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_send_that_finds_its_connections_replaced_goes_again_free_of_charge(bool isAsync)
    {
        _answers.Release();
        await using Backend backend = await Backend.StartAsync(answer: AnswerWhenTold);
        ReplacedTransports transports = new();
        await using TestMesh mesh = await TestMesh.StartAsync(
            Rules.Catalog("\"CircuitBreaker\": { \"MaxConnections\": 1 }, \"Routes\": [{ \"Retry\": { \"Attempts\": 0 } }]", backend.Address),
            builder => builder.Services.AddSingleton<ITransportFactory>(services => transports.Over(services.GetRequiredService<IMeterFactory>())));
        using MetricCollector<double> attempts = new(mesh.Services.GetRequiredService<IMeterFactory>(), "Mesh.Client", "mesh.client.attempt.duration");

        // After the pick and before the request is on its way.
        transports.BeforeFirstSend = () => mesh.Change(Limit(2, backend));
        using HttpResponseMessage response = await Call(mesh, method: HttpMethod.Post, isAsync: isAsync);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal([1, 2], transports.Limits);
        Assert.Equal(1, backend.Count);
        Assert.Single(attempts.GetMeasurementSnapshot());
        Assert.Equal(0, mesh.InFlight());
    }

    private static string Limit(int connections, params IEnumerable<Backend> backends) =>
        Limit(connections, [.. backends.Select(backend => backend.Address)]);

    private static string Limit(int connections, params string[] addresses) => Rules.Catalog(
        $"\"CircuitBreaker\": {{ \"MaxConnections\": {connections} }}, \"LoadBalancing\": {{ \"Policy\": \"RoundRobin\" }}", addresses);

    private static Task<HttpResponseMessage> Call(
        TestMesh mesh, string path = "/", string host = "catalog", bool http2 = false, HttpMethod? method = null, bool isAsync = true)
    {
        HttpClient client = mesh.Client();
        HttpRequestMessage request = new(method ?? HttpMethod.Get, $"http://{host}{path}")
        {
            Version = http2 ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        Task<HttpResponseMessage> call = isAsync ? client.SendAsync(request, Cancel) : Task.Factory.StartNew(
            () => client.Send(request, Cancel), Cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return call.InTime();
    }

    private static async Task AllSucceed(params Task<HttpResponseMessage>[] calls)
    {
        foreach (Task<HttpResponseMessage> call in calls)
        {
            using HttpResponseMessage response = await call;
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    private async Task AnswerWhenTold(HttpContext context)
    {
        _connections.AddOrUpdate(context.Connection.Id, 1, (_, requests) => requests + 1);
        await _answers.WaitAsync(context.RequestAborted);
    }

    /// <summary>The real transports; something happens before the first send.</summary>
    private sealed class ReplacedTransports : ITransportFactory
    {
        private SocketTransportFactory _sockets = null!;

        public Action? BeforeFirstSend { get; set; }

        public ConcurrentQueue<int> Limits { get; } = new();

        public ReplacedTransports Over(IMeterFactory meters)
        {
            _sockets = new SocketTransportFactory(meters, Options.Create(new TransportOptions()));
            return this;
        }

        public HttpMessageHandler Create(string service, MeshEndpoint endpoint, TransportSettings settings)
        {
            Limits.Enqueue(settings.MaxConnections);
            return new Handler(this, _sockets.Create(service, endpoint, settings));
        }

        private sealed class Handler(ReplacedTransports transports, HttpMessageHandler inner) : DelegatingHandler(inner)
        {
            private bool _isDisposed;

            protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            {
                Prepare();
                return base.SendAsync(request, cancellationToken);
            }

            protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
            {
                Prepare();
                return base.Send(request, cancellationToken);
            }

            protected override void Dispose(bool disposing)
            {
                _isDisposed = true;
                base.Dispose(disposing);
            }

            private void Prepare()
            {
                if (transports.BeforeFirstSend is { } act)
                {
                    transports.BeforeFirstSend = null;
                    act();
                    Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref _isDisposed), TimeSpan.FromSeconds(15)));
                }
            }
        }
    }
}
