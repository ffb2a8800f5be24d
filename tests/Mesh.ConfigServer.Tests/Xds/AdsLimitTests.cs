using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Grpc.Core;
using Mesh.ConfigServer.Tests.Infrastructure;
using Mesh.ConfigServer.Tests.Xds.Infrastructure;
using Mesh.Model.Xds;
using Mesh.Model.Xds.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.ConfigServer.Tests.Xds;

public sealed class AdsLimitTests
{
    [Theory]
    [InlineData(false, "", "")]
    [InlineData(true, "", "")]
    [InlineData(true, "web-1", "soon")]
    public async Task A_stream_must_say_who_it_is(bool hasNode, string id, string epoch)
    {
        await using XdsHost host = await XdsHost.StartAsync(new FakeStates("catalog.default=v1"));
        using DeltaClient client = new(host.Channel());
        await client.SendAsync(XdsTypes.Cluster, request => request.Node = hasNode ? NodeWith(id, epoch, "1") : null, "catalog.default");
        Grpc.Core.Status refusal = await client.RefusalAsync();
        Assert.Equal(StatusCode.InvalidArgument, refusal.StatusCode);
        Assert.Contains(epoch.Length > 0 ? "MESH_EPOCH" : "node with an id", refusal.Detail, StringComparison.Ordinal);
        Assert.Equal(0, host.Clients.Count);
    }

    [Theory]
    [InlineData(null, "4", "0", false)]
    [InlineData("shop", "4", "0", false)]
    [InlineData("shop", "3", "2", false)]
    [InlineData("shop", "3", "1", true)]
    [InlineData("shop", "2", "9", true)]
    [InlineData("other", "4", "0", true)]
    public async Task A_server_that_is_behind_refuses(string? mesh, string epoch, string generation, bool isTaken)
    {
        await using XdsHost host = await XdsHost.StartAsync(new FakeStates("catalog.default=v1"));
        using DeltaClient client = new(host.Channel());
        await client.SendAsync(XdsTypes.Cluster, request => request.Node = NodeWith("web-1", epoch, generation, mesh), "catalog.default");
        if (isTaken)
        {
            Assert.Equal("catalog.default=v1", await client.TakeAsync());
            return;
        }

        Grpc.Core.Status refusal = await client.RefusalAsync();
        Assert.Equal(StatusCode.FailedPrecondition, refusal.StatusCode);
        Assert.Contains("epoch 3, generation 1", refusal.Detail, StringComparison.Ordinal);
        Assert.Contains($"epoch {epoch}, generation {generation}", refusal.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_has_trailers_alone()
    {
        await using XdsHost host = await XdsHost.StartAsync(new FakeStates());
        using HttpResponseMessage answer = await PostAsync(
            host, Frame(new DeltaDiscoveryRequest { TypeUrl = XdsTypes.Cluster }.ToByteArray()));
        Assert.Equal("3", Assert.Single(answer.Headers.GetValues("grpc-status")));
    }

    [Fact]
    public async Task Malformed_bytes_end_their_stream_alone()
    {
        await using XdsHost host = await XdsHost.StartAsync(new FakeStates("catalog.default=v1"));
        using DeltaClient client = new(host.Channel());
        await client.HelloAsync(XdsTypes.Cluster, "catalog.default");
        Assert.Equal("catalog.default=v1", await client.TakeAsync());

        DeltaDiscoveryRequest hello = new()
        {
            Node = DeltaClient.Node("x"), TypeUrl = XdsTypes.Cluster, ResourceNamesSubscribe = { "catalog.default" }
        };
        using HttpResponseMessage first = await PostAsync(host, Frame([0x0a, 0xff, 0xff]));
        Assert.NotEqual("0", Assert.Single(first.Headers.GetValues("grpc-status")));
        Assert.Equal("3", await StatusOfAsync(host, [.. Frame(hello.ToByteArray()), .. Frame([0x0a, 0xff, 0xff])]));
        host.States.Set("catalog.default=v2");
        Assert.Equal("catalog.default=v2", await client.TakeAsync());
        await Eventually.Holds(() => host.Clients.Count == 1);
    }

    [Fact]
    public async Task Why_a_stream_ends_is_told_after_what_is_being_written()
    {
        // Of which nothing passes, so that the client may take its time.
        FakeTimeProvider time = new();
        await using XdsHost host = await XdsHost.StartAsync(new FakeStates("a.default=0"), time: time);
        host.Encoder.Size = 3_000_000;
        using DeltaClient client = new(host.Channel());
        await client.HelloAsync(XdsTypes.Cluster, "a.default");
        await Eventually.Holds(() => host.Encoder.Made.Count == 1);
        await client.OfferAsync("");
        Assert.NotNull(await client.ReadAsync());
        Assert.Equal(StatusCode.InvalidArgument, await client.EndAsync());
    }

    [Fact]
    public async Task A_huge_request_is_refused()
    {
        await using XdsHost host = await XdsHost.StartAsync(new FakeStates(), options => options.MaxRequestSize = 100_000);
        using DeltaClient client = new(host.Channel());
        await client.HelloAsync(XdsTypes.Cluster, "catalog.default");
        await client.TakeAsync();
        await client.OfferAsync(XdsTypes.Cluster, [.. Enumerable.Range(0, 1000).Select(i => new string('x', 100) + i)]);
        Assert.Equal(StatusCode.ResourceExhausted, await client.EndAsync());
    }

    [Fact]
    public async Task Too_many_names_end_the_stream()
    {
        await using XdsHost host = await XdsHost.StartAsync(new FakeStates(), options => options.MaxNames = 10);
        using DeltaClient client = new(host.Channel());
        await client.HelloAsync(XdsTypes.Cluster, [.. Enumerable.Range(0, 10).Select(i => $"s{i}.default")]);
        await client.TakeAsync();
        await client.OfferAsync(XdsTypes.RouteConfiguration, "one.more");
        Assert.Equal(StatusCode.ResourceExhausted, await client.EndAsync());
        await Eventually.Holds(() => host.Clients.Count == 0);
    }

    [Fact]
    public async Task Streams_are_limited_in_number()
    {
        await using XdsHost host = await XdsHost.StartAsync(new FakeStates(), options => options.MaxStreams = 2);
        using DeltaClient one = new(host.Channel());
        await one.HelloAsync(XdsTypes.Cluster, "a");
        await one.TakeAsync();
        using (DeltaClient two = new(host.Channel()))
        {
            await two.HelloAsync(XdsTypes.Cluster, "a");
            await two.TakeAsync();
            using DeltaClient three = new(host.Channel());
            Grpc.Core.Status refusal = await three.RefusalAsync();
            Assert.Equal(
                (StatusCode.Unavailable, true), (refusal.StatusCode, refusal.Detail.Contains("2 streams", StringComparison.Ordinal)));
        }

        await Eventually.Holds(() => host.Clients.Count == 1);
        using DeltaClient four = new(host.Channel());
        await four.HelloAsync(XdsTypes.Cluster, "a");
        await four.TakeAsync();
    }

    [Fact]
    public async Task A_client_that_never_reads_costs_one_response_and_gets_the_newest_when_it_reads()
    {
        await using XdsHost host = await XdsHost.StartAsync(new FakeStates("a.default=0", "b.default=0"));
        host.Encoder.Size = 500_000;
        using DeltaClient lazy = new(host.Channel());
        using DeltaClient other = new(host.Channel());
        await lazy.HelloAsync(XdsTypes.Cluster, "a.default", "b.default");
        await lazy.SendAsync(XdsTypes.ClusterLoadAssignment, null, "a.default", "b.default");
        await Eventually.Holds(() => host.Encoder.Made.Count >= 2);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 1; i <= 200; i++)
        {
            host.States.Set($"a.default={i}");
        }

        // The first response of each type is out; the next is of when it could be written.
        List<string> read = [];
        while (!read.Contains("a.default=200 b.default=0") && !read.Contains("a.default=200"))
        {
            read.Add(await lazy.TakeAsync());
        }

        Assert.InRange(read.Count, 1, 6);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 20_000_000);
        await other.SendAsync(XdsTypes.Cluster, request => request.Node = DeltaClient.Node("web-2"), "a.default");
        Assert.Equal("a.default=200", await other.TakeAsync());
    }

    [Fact]
    public async Task A_place_among_the_first_syncs_is_lost_to_the_next_after_a_while()
    {
        FakeTimeProvider time = new();
        await using XdsHost host = await XdsHost.StartAsync(
            new FakeStates("a.default=0", "b.default=0"), options => options.ConcurrentInitialSyncs = 1, time);
        host.Encoder.Size = 900_000;
        using DeltaClient lazy = new(host.Channel());
        await lazy.HelloAsync(XdsTypes.Cluster, "a.default", "b.default");
        await Eventually.Holds(() => host.Encoder.Made.Count == 2);
        using DeltaClient other = new(host.Channel());
        await other.SendAsync(XdsTypes.Cluster, request => request.Node = DeltaClient.Node("web-2"), "c.default");
        Task<string> answer = other.TakeAsync();
        await Eventually.Holds(() => host.Clients.Count == 2);
        Assert.False(answer.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("-c.default", await answer);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_ends_well_at_its_age(bool isBlocked)
    {
        TimeSpan leaveTime = TimeSpan.FromSeconds(1);
        WatchedTime time = new();
        await using XdsHost host = await XdsHost.StartAsync(
            new FakeStates("a.default=0"), options => options.MaxStreamAge = TimeSpan.FromMinutes(10), time);
        host.Encoder.Size = isBlocked ? 5_000_000 : 0;
        using DeltaClient client = new(host.Channel());
        await client.HelloAsync(XdsTypes.Cluster, "a.default");
        if (!isBlocked)
        {
            await client.TakeAsync();
        }

        await Eventually.Holds(() => host.Clients.Count == 1 && host.Encoder.Made.Count == 1);
        time.Advance(TimeSpan.FromMinutes(8) - TimeSpan.FromSeconds(1));
        Assert.Equal(1, host.Clients.Count);
        time.Advance(TimeSpan.FromMinutes(4) + TimeSpan.FromSeconds(1));
        if (isBlocked)
        {
            // One that may be about to read has a moment for that.
            await Eventually.Holds(() => time.IsArmed(leaveTime));
            Assert.Equal(1, host.Clients.Count);
            time.Advance(leaveTime);
        }

        await Eventually.Holds(() => host.Clients.Count == 0);
        if (!isBlocked)
        {
            Assert.Equal(StatusCode.OK, await client.EndAsync());
        }
    }

    [Fact]
    public async Task Silence_at_first_ends_the_stream()
    {
        FakeTimeProvider time = new();
        await using XdsHost host = await XdsHost.StartAsync(new FakeStates(), time: time);
        using DeltaClient client = new(host.Channel());
        Task<Grpc.Core.Status> refusal = client.RefusalAsync();
        while (!refusal.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(refusal, Task.Delay(5, TestContext.Current.CancellationToken));
        }

        Assert.Equal(StatusCode.DeadlineExceeded, (await refusal).StatusCode);
    }

    [Fact]
    public async Task At_shutdown_streams_are_ended_one_after_the_other_and_few_in_no_time()
    {
        TimeSpan tick = TimeSpan.FromMilliseconds(50);
        WatchedTime time = new();
        await using XdsHost host = await XdsHost.StartAsync(
            new FakeStates("a.default=0"), options => options.DrainTime = TimeSpan.FromSeconds(5), time);
        List<DeltaClient> clients = [];
        for (int i = 0; i < 4; i++)
        {
            DeltaClient client = new(host.Channel());
            clients.Add(client);
            await client.SendAsync(XdsTypes.Cluster, request => request.Node = DeltaClient.Node($"web-{i}"), "a.default");
            await client.TakeAsync();
        }

        Task stopping = host.StopAsync();
        for (int left = 3; left >= 0; left--)
        {
            await Eventually.Holds(() => host.Clients.Count == left);
            using DeltaClient late = new(host.Channel());
            Assert.Equal(StatusCode.Unavailable, await late.EndAsync());
            await Eventually.Holds(() => time.IsArmed(tick));
            Assert.Equal(left, host.Clients.Count);
            Assert.False(stopping.IsCompleted);
            time.Advance(tick);
        }

        foreach (DeltaClient client in clients)
        {
            Assert.Equal(StatusCode.Unavailable, await client.EndAsync());
            client.Dispose();
        }

        await stopping.InTime();
    }

    [Fact]
    public async Task At_shutdown_a_client_that_does_not_read_is_cut_off()
    {
        await using XdsHost host = await XdsHost.StartAsync(new FakeStates("a.default=0"));
        host.Encoder.Size = 5_000_000;
        using DeltaClient client = new(host.Channel());
        await client.HelloAsync(XdsTypes.Cluster, "a.default");
        await Eventually.Holds(() => host.Clients.Count == 1 && host.Encoder.Made.Count == 1);
        await host.StopAsync().InTime();
        Assert.Equal(0, host.Clients.Count);
    }

    [Fact]
    public async Task At_shutdown_a_connection_that_is_not_read_from_is_cut()
    {
        await using XdsHost host = await XdsHost.StartAsync(new FakeStates("a.default=0"));
        host.Encoder.Size = 50_000_000;
        using RawHttp2 raw = await RawHttp2.ConnectAsync(host.Address);
        DeltaDiscoveryRequest hello = new()
        {
            TypeUrl = XdsTypes.Cluster, Node = DeltaClient.Node(), ResourceNamesSubscribe = { "a.default" }
        };
        await raw.CallAsync("/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources", hello.ToByteArray());
        await Eventually.Holds(() => host.Clients.Count == 1 && host.Encoder.Made.Count == 1);

        await host.StopAsync().InTime();
    }

    [Fact]
    public async Task At_shutdown_nobody_is_waited_for_who_only_listens()
    {
        await using XdsHost host = await XdsHost.StartAsync(
            new FakeStates(), options => options.FirstRequestTimeout = TimeSpan.FromHours(1));
        using AsyncDuplexStreamingCall<ClientStatusRequest, ClientStatusResponse> tool =
            new ClientStatusDiscoveryService.ClientStatusDiscoveryServiceClient(host.Channel()).StreamClientStatus(
                cancellationToken: TestContext.Current.CancellationToken);
        await tool.RequestStream.WriteAsync(new ClientStatusRequest(), TestContext.Current.CancellationToken);
        Assert.True(await tool.ResponseStream.MoveNext(TestContext.Current.CancellationToken).InTime());
        using DeltaClient silent = new(host.Channel());
        Task<StatusCode> end = silent.EndAsync();
        Task<bool> next = tool.ResponseStream.MoveNext(TestContext.Current.CancellationToken);
        Task stopping = host.StopAsync();
        await Assert.ThrowsAsync<RpcException>(() => next.InTime());
        Assert.NotEqual(StatusCode.OK, await end);
        await stopping.InTime();
    }

    [Fact]
    public async Task A_client_that_leaves_is_forgotten()
    {
        await using XdsHost host = await XdsHost.StartAsync(new FakeStates("a.default=0"));
        using DeltaClient leaving = new(host.Channel());
        await leaving.HelloAsync(XdsTypes.Cluster, "a.default");
        await leaving.TakeAsync();
        await leaving.CompleteAsync();
        Assert.Equal(StatusCode.OK, await leaving.EndAsync());
        DeltaClient broken = new(host.Channel());
        await broken.HelloAsync(XdsTypes.Cluster, "a.default");
        await broken.TakeAsync();
        broken.Dispose();
        await Eventually.Holds(() => host.Clients.Count == 0);
        Assert.DoesNotContain(host.Logs.GetSnapshot(), record => record.Level >= Microsoft.Extensions.Logging.LogLevel.Warning);
    }

    private static Node NodeWith(string id, string epoch, string generation, string? mesh = null)
    {
        Node node = DeltaClient.Node(id);
        node.Metadata = new Google.Protobuf.WellKnownTypes.Struct();
        if (epoch.Length > 0)
        {
            node.Metadata.Fields.Add("MESH_EPOCH", Google.Protobuf.WellKnownTypes.Value.ForString(epoch));
            node.Metadata.Fields.Add("MESH_GENERATION", Google.Protobuf.WellKnownTypes.Value.ForString(generation));
        }

        if (mesh is not null)
        {
            node.Metadata.Fields.Add("MESH_ID", Google.Protobuf.WellKnownTypes.Value.ForString(mesh));
        }

        return node;
    }

    private static byte[] Frame(byte[] message) => [0, 0, 0, (byte)(message.Length >> 8), (byte)message.Length, .. message];

    private static async Task<string> StatusOfAsync(XdsHost host, byte[] body)
    {
        using HttpResponseMessage response = await PostAsync(host, body);
        await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        return Assert.Single(response.Headers.Concat(response.TrailingHeaders).Single(header => header.Key == "grpc-status").Value);
    }

    private static async Task<HttpResponseMessage> PostAsync(XdsHost host, byte[] body)
    {
        using HttpClient http = new() { BaseAddress = host.Address };
        HttpRequestMessage request = new(HttpMethod.Post, "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        return await http.SendAsync(request, TestContext.Current.CancellationToken).InTime();
    }
}
