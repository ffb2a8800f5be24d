using System.Diagnostics.Metrics;
using System.Net;
using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Sources.Xds;
using Mesh.Client.Tests.Infrastructure;
using Mesh.Model.Xds;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Hosting;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.Tests.Sources.Xds;

/// <summary>What calls do by the listeners, routes, clusters and endpoints of a control plane that is not ours.</summary>
public sealed class ForeignRuleTests
{
    private const string Patient = """ "ConfigServer": { "FirstCallTimeout": "1h" }, "Outbound": { "UnknownHosts": "Deny" } """;

    [Fact]
    public async Task A_change_waits_for_all_its_clusters_and_one_that_there_is_not_fails_its_own_calls_alone()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two");
        await using SotwServer server = await SotwServer.StartAsync();
        await server.PutAsync([.. Foreign.Service("catalog", "a", one.Address), .. Foreign.Cluster("b", two.Address)]);
        WatchedTime time = new(DateTimeOffset.UnixEpoch);
        await using TestMesh mesh = await ForeignMesh.StartAsync(ForeignMesh.Bootstrap([server.Address]), $"{{ {Patient} }}", time);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/b"));

        await server.PutAsync(Foreign.Routes("routes-catalog", ["catalog"], Foreign.To("b", "/b"), Foreign.To("none", "/none"), Foreign.To("a")));
        await Eventually.Holds(() => server.Requests.Any(request => request.TypeUrl == XdsTypes.ClusterLoadAssignment
            && request.ResourceNames.Contains("endpoints-b") && request.ResponseNonce.Length > 0));
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/b"));

        time.Advance(ResourceStore.AnswerWithin);
        await mesh.Client().ComesToGet("two", "http://catalog/b");
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
        MeshException exception = await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("http://catalog/none"));
        Assert.Equal(MeshFailureReason.NoEndpoints, exception.Reason);
        Assert.Contains("The xDS server has no Cluster 'none'.", exception.Message, StringComparison.Ordinal);

        await server.PutAsync(Foreign.Cluster("none", two.Address));
        await Eventually.Holds(() => mesh.Service("none").Endpoints.Count == 1);
        Assert.Equal("two", await mesh.Client().GetTextAsync("http://catalog/none"));
    }

    [Fact]
    public async Task Each_of_several_clusters_has_its_own_name_in_spans_and_metrics()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using SotwServer server = await SotwServer.StartAsync();
        await server.PutAsync(
        [
            .. Foreign.Cluster("a", one.Address), .. Foreign.Cluster("b", one.Address),
            Foreign.Listener("catalog", "r"), Foreign.Routes("r", ["*"], Foreign.To("a", "/a"), Foreign.To("b")),
        ]);
        await using TestMesh mesh = await ForeignMesh.StartAsync(server);
        using MetricCollector<double> calls = new(mesh.Services.GetRequiredService<IMeterFactory>(), "Mesh.Client", "mesh.client.call.duration");
        using SpanRecorder spans = new();

        await mesh.Client().GetTextAsync("http://catalog/a");
        await mesh.Client().GetTextAsync("http://catalog/b");

        Assert.Equal(["a", "b"], spans.Calls.Select(span => span.GetTagItem("mesh.destination")));
        await calls.WaitForMeasurementsAsync(2, TestContext.Current.CancellationToken);
        Assert.Equal(["a", "b"], calls.GetMeasurementSnapshot().Select(call => call.Tags["mesh.destination"]));
    }

    [Fact]
    public async Task A_handler_answers_for_a_service_of_one_cluster_by_its_rules()
    {
        await using SotwServer server = await SotwServer.StartAsync();
        Wire.Route gone = new() { Match = new() { Path = "/gone" }, DirectResponse = new() { Status = 410 } };
        await server.PutAsync(
            [.. Foreign.Cluster("c", "127.0.0.1:1"), Foreign.Listener("catalog", "r"), Foreign.Routes("r", ["*"], gone, Foreign.To("c"))]);
        using Saying handler = new();
        await using TestMesh mesh = await ForeignMesh.StartAsync(
            ForeignMesh.Bootstrap([server.Address]), configure: builder => builder.AddServiceMesh(mesh => mesh.UseHandler("catalog", handler)));

        Assert.Equal("handled", await mesh.Client().GetTextAsync("http://catalog/"));
        using HttpResponseMessage response = await mesh.Client().GetUriAsync("http://catalog/gone");
        Assert.Equal(HttpStatusCode.Gone, response.StatusCode);
    }

    [Fact]
    public async Task A_declared_service_that_the_server_does_not_know_has_its_own_rules()
    {
        await using Backend local = await Backend.StartAsync("local");
        await using SotwServer server = await SotwServer.StartAsync();
        await server.PutAsync(Foreign.Service("stock", "c", local.Address));
        WatchedTime time = new(DateTimeOffset.UnixEpoch);
        await using TestMesh mesh = await ForeignMesh.StartAsync(
            ForeignMesh.Bootstrap([server.Address]), $$"""{ {{Patient}}, "Services": { "catalog": { "Endpoints": ["{{local.Address}}"] } } }""", time);
        Assert.Equal("local", await mesh.Client().GetTextAsync("http://stock/"));
        Task<string> call = mesh.Client().GetTextAsync("http://catalog:8080/");
        await Eventually.Holds(() => server.Requests.Any(request => request.ResourceNames.Contains("catalog")));
        Assert.False(call.IsCompleted);

        await Eventually.Holds(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return call.IsCompleted;
        });

        Assert.Equal("local", await call);
        Assert.DoesNotContain(server.Requests, request => request.ResourceNames.Contains("catalog:8080"));
    }

    [Fact]
    public async Task A_listener_has_defaults_for_all_its_routes()
    {
        TaskCompletionSource over = new();
        await using Backend slow = await Backend.StartAsync("slow", context => over.Task.WaitAsync(context.RequestAborted));
        await using SotwServer server = await SotwServer.StartAsync();
        await server.PutAsync([.. Foreign.Cluster("c", slow.Address), Listener(new() { CommonHttpProtocolOptions = new() { MaxStreamDuration = Duration.FromTimeSpan(TimeSpan.FromMinutes(3)) } }), Foreign.Routes("r", ["*"], Foreign.To("c"))]);
        WatchedTime time = new(DateTimeOffset.UnixEpoch);
        await using TestMesh mesh = await ForeignMesh.StartAsync(ForeignMesh.Bootstrap([server.Address]), time: time);

        Task<string> call = mesh.Client().GetTextAsync("http://catalog/");
        await Eventually.Holds(() => slow.Count == 1);
        time.Advance(TimeSpan.FromMinutes(3));
        TaskCanceledException exception = await Assert.ThrowsAsync<TaskCanceledException>(() => call.InTime());
        Assert.IsType<TimeoutException>(exception.InnerException);
        over.SetResult();

        Wire.HTTPFault fault = new() { Abort = new() { HttpStatus = 418, Percentage = new() { Numerator = 100 } } };
        await server.PutAsync(Listener(new() { HttpFilters = { new Wire.HttpFilter { Name = "fault", TypedConfig = Any.Pack(fault) } } }));
        await Eventually.Holds(() => mesh.Client().Send(new HttpRequestMessage(HttpMethod.Get, "http://catalog/")).StatusCode == (HttpStatusCode)418);
        Assert.Empty(server.Refusals);

        static Wire.Listener Listener(Wire.HttpConnectionManager manager)
        {
            Wire.Listener listener = Foreign.Listener("catalog", "r");
            manager.MergeFrom(listener.ApiListener.ApiListener_.Unpack<Wire.HttpConnectionManager>());
            listener.ApiListener.ApiListener_ = Any.Pack(manager);
            return listener;
        }
    }

    [Fact]
    public async Task Endpoints_that_are_unwell_get_no_calls_and_the_next_priority_stands_in()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two");
        await using SotwServer server = await SotwServer.StartAsync();
        await server.PutAsync([.. Foreign.Service("catalog", "c", one.Address), Of(Wire.HealthStatus.Healthy)]);
        await using TestMesh mesh = await ForeignMesh.StartAsync(server);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));

        await server.PutAsync(Of(Wire.HealthStatus.Unhealthy));
        await mesh.Client().ComesToGet("two", "http://catalog/");
        Assert.Equal("two", await mesh.Client().GetTextAsync("http://catalog/"));

        await server.PutAsync(Of(Wire.HealthStatus.Healthy));
        await mesh.Client().ComesToGet("one", "http://catalog/");

        Wire.ClusterLoadAssignment Of(Wire.HealthStatus first)
        {
            Wire.ClusterLoadAssignment all = Foreign.Endpoints("endpoints-c", one.Address);
            Wire.LocalityLbEndpoints spare = Foreign.Endpoints("x", two.Address).Endpoints[0];
            spare.Priority = 1;
            spare.Locality = new() { Zone = "elsewhere" };
            all.Endpoints[0].LbEndpoints[0].HealthStatus = first;
            all.Endpoints.Add(spare);
            return all;
        }
    }

    [Fact]
    public async Task A_cluster_by_DNS_is_looked_up_here()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using SotwServer server = await SotwServer.StartAsync();
        Wire.ClusterLoadAssignment endpoints = Foreign.Endpoints("c", one.Address);
        endpoints.Endpoints[0].LbEndpoints[0].Endpoint.Address.SocketAddress.Address = "localhost";
        await server.PutAsync(
            new Wire.Cluster { Name = "c", Type = Wire.Cluster.Types.DiscoveryType.LogicalDns, LoadAssignment = endpoints },
            Foreign.Listener("catalog", "r"),
            Foreign.Routes("r", ["*"], Foreign.To("c")));
        await using TestMesh mesh = await ForeignMesh.StartAsync(server);

        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Empty(server.Refusals);
    }

    [Fact]
    public async Task All_clusters_of_an_aggregate_are_called_by_the_rules_of_the_first()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using SotwServer server = await SotwServer.StartAsync();
        await server.PutAsync(
        [
            Limited("a", 7), Foreign.Endpoints("endpoints-a"), .. Foreign.Cluster("b", one.Address), Limited("b", 9), Foreign.Aggregate("all", "a", "b"),
            Foreign.Listener("catalog", "r"), Foreign.Routes("r", ["*"], Foreign.To("all")),
        ]);
        await using TestMesh mesh = await ForeignMesh.StartAsync(server);

        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Equal(7, mesh.Limit());

        static Wire.Cluster Limited(string name, uint requests)
        {
            Wire.Cluster cluster = Foreign.Eds(name);
            cluster.CircuitBreakers = new() { Thresholds = { new Wire.CircuitBreakers.Types.Thresholds { MaxRequests = requests } } };
            return cluster;
        }
    }

    [Fact]
    public async Task An_aggregate_whose_clusters_differ_in_TLS_is_not_called()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using SotwServer server = await SotwServer.StartAsync();
        Wire.Cluster secured = Foreign.Eds("b");
        secured.TransportSocket = new() { Name = "envoy.transport_sockets.tls", TypedConfig = Any.Pack(new Wire.UpstreamTlsContext { Sni = "b" }) };
        await server.PutAsync(
        [
            .. Foreign.Cluster("a", one.Address), .. Foreign.Cluster("b", one.Address), secured, Foreign.Aggregate("all", "a", "b"),
            Foreign.Listener("catalog", "r"), Foreign.Routes("r", ["*"], Foreign.To("all")),
        ]);
        await using TestMesh mesh = await ForeignMesh.StartAsync(server);

        MeshException exception = await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("http://catalog/").InTime());

        Assert.Equal(MeshFailureReason.NoEndpoints, exception.Reason);
        Assert.Contains("The clusters of aggregate 'all' differ in their TLS", exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, one.Count);
        Assert.Empty(server.Refusals);
    }

    [Theory]
    [InlineData("odd", 5, true)]
    [InlineData("fail_on_data_errors", 5, false)]
    [InlineData("fail_on_data_errors", 14, true)]
    public async Task A_cluster_that_is_withheld_stays_in_force_unless_errors_of_data_are_to_fail(string feature, int code, bool stays)
    {
        await using Backend one = await Backend.StartAsync("one");
        await using SotwServer server = await SotwServer.StartAsync();
        await server.PutAsync(Foreign.Service("catalog", "c", one.Address));
        await using TestMesh mesh = await ForeignMesh.StartAsync(ForeignMesh.Bootstrap(
            [server.Address], more: $$""" "channel_creds": [{ "type": "insecure" }], "server_features": ["{{feature}}"] """));
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));

        Wire.DiscoveryResponse response = server.Answer(XdsTypes.Cluster, []);
        response.ResourceErrors.Add(new Wire.ResourceError { ResourceName = new() { Name = "c" }, ErrorDetail = new() { Code = code, Message = "not for you" } });
        await server.Open.Single().SendAsync(response);
        await Eventually.Holds(() => mesh.Mesh.Describe().ConfigServer!.Refused.Count == 1);

        Assert.Contains("not for you", mesh.Mesh.Describe().ConfigServer!.Refused.Single().Reason, StringComparison.Ordinal);
        Assert.Contains("not for you", mesh.Message("ResourceRefused"), StringComparison.Ordinal);
        if (stays)
        {
            Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
        }
        else
        {
            await Eventually.Holds(() => mesh.Service().Endpoints.Count == 0);
            MeshException exception = await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("http://catalog/").InTime());
            Assert.Contains("not for you", exception.Message, StringComparison.Ordinal);
        }
    }

    private sealed class Saying : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage { Content = new StringContent("handled") });
    }
}
