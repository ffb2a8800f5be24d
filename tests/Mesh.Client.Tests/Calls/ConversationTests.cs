using System.Diagnostics.Metrics;
using System.Net;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Client.Tests.Calls;

/// <summary>Connections that were handed over: how they end, and that an endpoint is not to blame for what both sides do.</summary>
public sealed class ConversationTests
{
    private const string Catalog = "\"OutlierDetection\": { \"ConsecutiveErrors\": 1, \"MinReadyEndpoints\": 0, \"MaxEjectionPercent\": 100 }, \"Routes\": [ { \"IdleTimeout\": \"5s\" } ]";

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_silence_counts_against_nobody()
    {
        await using RawServer server = Start();
        await using TestMesh mesh = await StartAsync(Catalog, server);
        using MetricCollector<double> calls = Calls(mesh);
        using HttpResponseMessage response = await UpgradeAsync(mesh);
        await using Stream both = await response.Content.ReadAsStreamAsync(Cancel);
        Task<int> read = both.ReadAsync(new byte[8], Cancel).AsTask();

        _time.Advance(TimeSpan.FromSeconds(5));

        TaskCanceledException exception = await Assert.ThrowsAsync<TaskCanceledException>(() => read.InTime());
        Assert.IsType<TimeoutException>(exception.InnerException);
        await AssertUnblamedAsync(mesh, calls, "timeout idle-timeout");
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public async Task Who_ends_it_while_a_read_waits_blames_nobody(bool endsStream, bool isLimited)
    {
        await using RawServer server = Start();
        await using TestMesh mesh = await StartAsync(isLimited ? Catalog : Catalog.Replace("IdleTimeout", "Timeout", StringComparison.Ordinal), server);
        using MetricCollector<double> calls = Calls(mesh);
        HttpResponseMessage response = await UpgradeAsync(mesh);
        Stream both = await response.Content.ReadAsStreamAsync(Cancel);
        Task<int> read = both.ReadAsync(new byte[8], Cancel).AsTask();

        if (endsStream)
        {
            await both.DisposeAsync();
        }

        response.Dispose();

        Assert.IsNotType<TimeoutException>(await Record.ExceptionAsync(() => read.InTime()));
        await AssertUnblamedAsync(mesh, calls, "success ");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nor_does_who_ends_it_where_the_read_fails_at_once(bool endsStream)
    {
        using SilentStream silent = new();
        using SilentHandler handler = new(silent);
        await using TestMesh mesh = await TestMesh.StartAsync(
            Rules.Catalog(Catalog, "127.0.0.1:1"), builder => builder.AddServiceMesh(mesh => mesh.UseHandler("catalog", handler)));
        using MetricCollector<double> calls = Calls(mesh);
        HttpResponseMessage response = await UpgradeAsync(mesh);
        Stream both = await response.Content.ReadAsStreamAsync(Cancel);
        Task<int> read = both.ReadAsync(new byte[8], Cancel).AsTask();

        if (endsStream)
        {
            await both.DisposeAsync();
        }

        response.Dispose();

        await Assert.ThrowsAsync<IOException>(() => read.InTime());
        await AssertUnblamedAsync(mesh, calls, "success ");
    }

    [Fact]
    public async Task A_length_of_0_does_not_end_it()
    {
        await using RawServer server = Start("Content-Length: 0\r\n");
        await using TestMesh mesh = await StartAsync(Catalog, server);
        using (HttpResponseMessage response = await UpgradeAsync(mesh))
        {
            await using Stream both = await response.Content.ReadAsStreamAsync(Cancel);
            Assert.Equal(2, mesh.InFlight());
            await both.WriteAsync("x"u8.ToArray(), Cancel);
            Assert.Equal(1, await both.ReadAsync(new byte[8], Cancel).AsTask().InTime());
        }

        Assert.Equal(0, mesh.InFlight());
    }

    /// <summary>Echoes letters once it is asked to.</summary>
    private static RawServer Start(string headers = "") => RawServer.Start(async connection =>
    {
        await connection.ReadRequestAsync();
        await connection.SendAsync($"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: own\r\n{headers}\r\n");
        byte[] letter = new byte[1];
        while (await connection.Stream.ReadAsync(letter, connection.Stopping) > 0)
        {
            await connection.Stream.WriteAsync(letter, connection.Stopping);
        }
    });

    private static async Task<HttpResponseMessage> UpgradeAsync(TestMesh mesh)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "http://catalog/");
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.Add(new("own"));
        HttpResponseMessage response = await mesh.Client().SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        Assert.Equal(HttpStatusCode.SwitchingProtocols, response.StatusCode);
        return response;
    }

    private static MetricCollector<double> Calls(TestMesh mesh) =>
        new(mesh.Services.GetRequiredService<IMeterFactory>(), "Mesh.Client", "mesh.client.call.duration");

    private static async Task AssertUnblamedAsync(TestMesh mesh, MetricCollector<double> calls, string end)
    {
        await mesh.IsIdle();
        IReadOnlyDictionary<string, object?> tags = Assert.Single(calls.GetMeasurementSnapshot()).Tags;
        Assert.Equal(end, $"{tags["mesh.outcome"]} {tags.GetValueOrDefault("mesh.reason")}");
        Assert.Empty(mesh.Logs.Of("EndpointEjected"));
        Assert.All(mesh.Service().Endpoints, endpoint => Assert.True((endpoint.Latency ?? TimeSpan.Zero) < TimeSpan.FromSeconds(1)));
    }

    private Task<TestMesh> StartAsync(string settings, RawServer server) =>
        TestMesh.StartAsync(Rules.Catalog(settings, server.Address), builder => builder.Services.AddSingleton<TimeProvider>(_time));

    private sealed class SilentHandler(SilentStream stream) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.SwitchingProtocols) { Content = new StreamContent(stream) });
    }

    /// <summary>Says nothing; its end fails the read that waits, on the spot.</summary>
    private sealed class SilentStream : MemoryStream
    {
        private readonly TaskCompletionSource<int> _read = new();

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(_read.Task);

        protected override void Dispose(bool disposing)
        {
            _read.TrySetException(new IOException("It was closed."));
            base.Dispose(disposing);
        }
    }
}
