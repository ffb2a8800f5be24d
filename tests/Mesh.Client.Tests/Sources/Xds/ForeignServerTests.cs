using System.Net;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Tests.Infrastructure;
using Mesh.Model;
using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.Tests.Sources.Xds;

/// <summary>The client at control planes that are not ours.</summary>
public sealed class ForeignServerTests
{
    private const string Strict = """ "channel_creds": [{ "type": "insecure" }], "server_features": ["fail_on_data_errors"] """;
    private const string Default = "outbound|80||catalog.default.svc.cluster.local";
    private const string V2 = "outbound|80|v2|catalog.default.svc.cluster.local";

    [Fact]
    public async Task Services_are_told_apart_by_their_ports()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two");
        await using SotwServer server = await SotwServer.StartAsync();
        await server.PutAsync(Foreign.Service("catalog", "First", one.Address));
        await server.PutAsync(Foreign.Service("catalog:8080", "first", two.Address));
        await using TestMesh mesh = await ForeignMesh.StartAsync(server);

        for (int i = 0; i < 2; i++)
        {
            Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
            Assert.Equal("two", await mesh.Client().GetTextAsync("http://catalog:8080/"));
        }

        Assert.Equal(["catalog", "catalog:8080"], mesh.Mesh.Describe().Services.Select(service => service.Name));
        Assert.All(mesh.Mesh.Describe().Services, service => Assert.Equal("xDS server", service.EndpointsFrom));
        Wire.Node node = server.Streams.Single().Node!;
        Assert.Equal(("sidecar~10.0.0.1~web.shop~shop.svc.cluster.local", "z1"), (node.Id, node.Locality.Zone));
        Assert.Empty(server.Refusals);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_Istio_sends_is_what_calls_do(bool wraps)
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two");
        await using SotwServer server = await SotwServer.StartAsync();
        server.Wraps = wraps;
        Wire.Route redirect = new() { Match = new() { Prefix = "/old" }, Redirect = new() { PathRedirect = "/v2" } };
        Wire.Route fault = Foreign.To(Default, "/bad");
        fault.TypedPerFilterConfig["envoy.filters.http.fault"] = Any.Pack(new Wire.HTTPFault
        {
            Abort = new() { HttpStatus = 418, Percentage = new() { Numerator = 100 } },
        });
        await server.PutAsync(
        [
            .. Foreign.Cluster(Default, one.Address), .. Foreign.Cluster(V2, two.Address),
            Foreign.Routes("80", ["catalog.default.svc.cluster.local:80"], redirect, fault, Foreign.To(V2, "/v2"), Foreign.Split((Default, 1), (V2, 0))),
            Foreign.Listener("catalog.default.svc.cluster.local:80", "80"),
        ]);
        await using TestMesh mesh = await ForeignMesh.StartAsync(server, ForeignMesh.Istio);
        const string Uri = "http://catalog.default.svc.cluster.local";

        Assert.Equal("one", await mesh.Client().GetTextAsync($"{Uri}/"));
        Assert.Equal("two", await mesh.Client().GetTextAsync($"{Uri}/v2"));
        Assert.Equal("two", await mesh.Client().GetTextAsync($"{Uri}/old"));
        using HttpResponseMessage broken = await mesh.Client().GetUriAsync($"{Uri}/bad");
        Assert.Equal(418, (int)broken.StatusCode);
        Assert.Equal(["catalog.default.svc.cluster.local:80", V2, Default], mesh.Mesh.Describe().Services.Select(service => service.Name));

        await server.PutAsync(Foreign.Routes("80", ["catalog.default.svc.cluster.local:80"], Foreign.Split((Default, 0), (V2, 3))));
        await mesh.Client().ComesToGet("two", $"{Uri}/");
        await server.PutAsync(Foreign.Routes("80", ["catalog.default.svc.cluster.local:80"], Foreign.Split((Default, 50), (V2, 50))));
        HashSet<string> answers = [];
        await Eventually.Holds(() =>
        {
            answers.Add(mesh.Client().SendText($"{Uri}/"));
            return answers.Count == 2;
        });
        Assert.Empty(server.Refusals);
    }

    [Fact]
    public async Task No_call_fails_while_routes_go_from_one_cluster_to_several_and_back()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two");
        await using SotwServer server = await SotwServer.StartAsync();
        Wire.RouteConfiguration single = Foreign.Routes("80", ["catalog"], Foreign.Split((Default, 1)));
        Wire.RouteConfiguration several = Foreign.Routes("80", ["catalog"], Foreign.To(V2, "/v2"), Foreign.Split((Default, 1)));
        await server.PutAsync([.. Foreign.Cluster(Default, one.Address), .. Foreign.Cluster(V2, two.Address), single, Foreign.Listener("catalog", "80")]);
        await using TestMesh mesh = await ForeignMesh.StartAsync(server);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/v2"));

        using CancellationTokenSource over = new();
        Task<int> calling = Task.Run(async () =>
        {
            int calls = 0;
            for (; !over.IsCancellationRequested; calls++)
            {
                Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
            }

            return calls;
        });
        for (int i = 0; i < 20; i++)
        {
            await server.PutAsync(several);
            await mesh.Client().ComesToGet("two", "http://catalog/v2");
            await server.PutAsync(single);
            await mesh.Client().ComesToGet("one", "http://catalog/v2");
        }

        await over.CancelAsync();
        Assert.NotEqual(0, await calling);
    }

    [Fact]
    public async Task Names_have_no_namespace_to_leave_out()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using SotwServer server = await SotwServer.StartAsync();
        await server.PutAsync(Foreign.Service("catalog.default", "c", one.Address));
        await using TestMesh mesh = await ForeignMesh.StartAsync(
            server, rules: """{ "ConfigServer": { "FirstCallTimeout": "10s" }, "Outbound": { "Domains": ["*.default"] } }""");

        Assert.Equal("one", await mesh.Client().GetTextAsync("http://Catalog.default/"));
        Assert.Equal("catalog.default", mesh.Mesh.Describe().Services.Single().Name);
    }

    [Fact]
    public async Task Settings_win_by_Override_alone_and_hold_for_any_port()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two");
        await using SotwServer server = await SotwServer.StartAsync();
        await server.PutAsync(Foreign.Service("catalog", "c", one.Address));
        await server.PutAsync(Foreign.Service("pricing", "p", one.Address));
        await using TestMesh mesh = await ForeignMesh.StartAsync(server, rules: $$"""
            { "ConfigServer": { "FirstCallTimeout": "10s" },
              "Services": { "catalog": { "Override": true, "Endpoints": ["{{two.Address}}"] }, "pricing": { "Endpoints": ["{{two.Address}}"] } } }
            """);

        Assert.Equal("two", await mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Equal("two", await mesh.Client().GetTextAsync("http://catalog:8080/"));
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://pricing/"));
    }

    [Fact]
    public async Task What_is_deleted_is_nobodys_until_it_is_there_again()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using SotwServer server = await SotwServer.StartAsync();
        await server.PutAsync(Foreign.Service("catalog", "c", one.Address));
        await using TestMesh mesh = await ForeignMesh.StartAsync(ForeignMesh.Bootstrap([server.Address], more: Strict));
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));

        await server.DeleteAsync(XdsTypes.Listener, "catalog");
        await Eventually.Holds(() => mesh.Mesh.Describe().Services.Count == 0);
        Assert.Equal(MeshFailureReason.UnknownHost, (await Fails(mesh)).Reason);

        await server.PutAsync(Foreign.Service("catalog", "c", one.Address));
        await Eventually.Holds(() => mesh.Mesh.Describe().Services.Count == 1);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));

        await server.DeleteAsync(XdsTypes.Cluster, "c");
        await Eventually.Holds(() => mesh.Service().Endpoints.Count == 0);
        MeshException exception = await Fails(mesh);
        Assert.Equal(MeshFailureReason.NoEndpoints, exception.Reason);
        Assert.Contains("has no Cluster 'c'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_resource_is_refused_and_the_good_one_stays()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using SotwServer server = await SotwServer.StartAsync();
        await server.PutAsync(Foreign.Service("catalog", "c", one.Address));
        await using TestMesh mesh = await ForeignMesh.StartAsync(server);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));

        await server.PutAsync(new Wire.Cluster { Name = "c", Type = Wire.Cluster.Types.DiscoveryType.OriginalDst });
        await Eventually.Holds(() => server.Refusals.Any());

        Assert.Contains("Cluster 'c': type", server.Refusals.Single(), StringComparison.Ordinal);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Equal("c", Assert.Single(mesh.Mesh.Describe().ConfigServer!.Refused).Name);
        Assert.Equal(1, mesh.Logged("ResourceRefused"));
    }

    [Fact]
    public async Task A_cluster_that_wants_certificates_from_a_provider_is_never_called_in_plain_text()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using SotwServer server = await SotwServer.StartAsync();
        Wire.Cluster secured = Foreign.Eds("c");
        secured.TransportSocket = new()
        {
            Name = "envoy.transport_sockets.tls",
            TypedConfig = Any.Pack(new Wire.UpstreamTlsContext
            {
                CommonTlsContext = new() { TlsCertificateCertificateProviderInstance = new() { InstanceName = "default", CertificateName = "default" } },
            }),
        };
        await server.PutAsync([.. Foreign.Service("catalog", "c", one.Address), secured]);
        await using TestMesh mesh = await ForeignMesh.StartAsync(server);

        MeshException exception = await Fails(mesh);

        Assert.Equal(MeshFailureReason.NoEndpoints, exception.Reason);
        Assert.Contains("Cluster 'c' of the xDS server is not used.", exception.Message, StringComparison.Ordinal);
        Assert.Contains("tls_certificate_certificate_provider_instance", exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, one.Count);
    }

    [Fact]
    public async Task What_a_server_sends_that_nobody_asked_for_changes_nothing()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two");
        await using SotwServer server = await SotwServer.StartAsync();
        await server.PutAsync(Foreign.Service("catalog", "c", one.Address));
        await using TestMesh mesh = await ForeignMesh.StartAsync(server);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));

        SotwStream stream = server.Open.Single();
        await stream.SendAsync(new Wire.DiscoveryResponse { TypeUrl = "type.googleapis.com/odd", Nonce = "odd", VersionInfo = "odd" });
        await server.PutAsync(Foreign.Service("stranger", "s", two.Address));
        foreach ((string type, string[] names) in new[]
        {
            (XdsTypes.Listener, new[] { "stranger", "catalog" }), (XdsTypes.Cluster, ["s", "c"]), (XdsTypes.ClusterLoadAssignment, ["endpoints-s", "endpoints-c"]),
        })
        {
            await stream.SendAsync(server.Answer(type, names));
        }

        await server.PutAsync(Foreign.Endpoints("endpoints-c", two.Address));

        await mesh.Client().ComesToGet("two", "http://catalog/");
        Assert.Equal(["catalog"], mesh.Mesh.Describe().Services.Select(service => service.Name));
        Assert.Empty(server.Refusals);
        Assert.DoesNotContain(server.Requests, request => request.ResponseNonce == "odd");
    }

    [Fact]
    public async Task A_server_that_never_answers_is_named()
    {
        await using SotwServer server = await SotwServer.StartAsync();
        server.IsMute = true;
        await using TestMesh mesh = await ForeignMesh.StartAsync(
            server, rules: """{ "ConfigServer": { "FirstCallTimeout": "50ms" }, "Outbound": { "UnknownHosts": "Deny" } }""");

        MeshException exception = await Fails(mesh);

        Assert.Equal(MeshFailureReason.ConfigServerSilent, exception.Reason);
        Assert.Contains("xDS server", exception.Message, StringComparison.Ordinal);
        Assert.Contains("AddXds()", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Streams_come_and_go_and_what_changed_meanwhile_is_learnt()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two");
        await using SotwServer server = await SotwServer.StartAsync();
        await server.PutAsync(Foreign.Service("catalog", "c", one.Address));
        await using TestMesh mesh = await ForeignMesh.StartAsync(server);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));

        server.Open.Single().End();
        await Eventually.Holds(() => server.Streams.Count == 2);
        await server.PutAsync(Foreign.Endpoints("endpoints-c", two.Address));
        await mesh.Client().ComesToGet("two", "http://catalog/");
        Assert.Equal(0, mesh.Logged("ConfigServerLost"));
    }

    [Fact]
    public async Task The_next_server_stands_in_for_one_that_is_gone_until_it_is_back()
    {
        await using Backend backend = await Backend.StartAsync("one");
        SotwServer first = await SotwServer.StartAsync();
        await using SotwServer second = await SotwServer.StartAsync();
        await first.PutAsync(Foreign.Service("catalog", "c", backend.Address));
        await second.PutAsync(Foreign.Service("catalog", "c", backend.Address));
        await using TestMesh mesh = await ForeignMesh.StartAsync(ForeignMesh.Bootstrap([first.Address, second.Address]));
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Empty(second.Streams);

        await first.DisposeAsync();
        await Eventually.Holds(() => mesh.Mesh.Describe().ConfigServer!.Address == $"http://{second.Address}");

        await using SotwServer back = await SotwServer.StartAsync(first.Port);
        await back.PutAsync(Foreign.Service("catalog", "c", backend.Address));
        await Eventually.Holds(() => mesh.Mesh.Describe().ConfigServer!.Address == $"http://{back.Address}", TimeSpan.FromSeconds(30));
        await Eventually.Holds(() => !second.Open.Any());
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
    }

    [Fact]
    public async Task The_clusters_of_an_aggregate_stand_in_for_each_other()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two");
        await using SotwServer server = await SotwServer.StartAsync();
        await server.PutAsync(
        [
            .. Foreign.Cluster("a", one.Address), .. Foreign.Cluster("b", two.Address),
            Foreign.Aggregate("inner", "b"), Foreign.Aggregate("all", "a", "inner"),
            Foreign.Routes("r", ["*"], Foreign.To("all")), Foreign.Listener("catalog", "r"),
        ]);
        await using TestMesh mesh = await ForeignMesh.StartAsync(server);

        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Equal([(one.Address, 0), (two.Address, 1)], mesh.Service().Endpoints.Select(endpoint => (endpoint.Address, endpoint.Priority)));

        await server.PutAsync(Foreign.Aggregate("inner", "all"), Foreign.Aggregate("all", "inner"));
        await Eventually.Holds(() => mesh.Service().Endpoints.Count == 0);
        Assert.Contains("stands in for itself", (await Fails(mesh)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_share_of_calls_is_dropped_where_the_server_wants_it(int clusters)
    {
        await using Backend one = await Backend.StartAsync("one");
        await using SotwServer server = await SotwServer.StartAsync();
        Wire.ClusterLoadAssignment endpoints = Foreign.Endpoints("endpoints-c", one.Address);
        endpoints.Policy = new() { DropOverloads = { new Wire.ClusterLoadAssignment.Types.Policy.Types.DropOverload { Category = "lottery", DropPercentage = new() { Numerator = 100 } } } };
        await server.PutAsync(
        [
            Foreign.Eds("c"), endpoints, .. Foreign.Cluster("d", one.Address), Foreign.Listener("catalog", "r"),
            Foreign.Routes("r", ["*"], [.. new[] { Foreign.To("d", "/d"), Foreign.To("c") }.TakeLast(clusters)]),
        ]);
        await using TestMesh mesh = await ForeignMesh.StartAsync(server);

        using HttpResponseMessage dropped = await mesh.Client().GetUriAsync("http://catalog/");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, dropped.StatusCode);
        Assert.Contains("lottery", dropped.Headers.GetValues("Proxy-Status").Single(), StringComparison.Ordinal);
        Assert.Equal(0, one.Count);

        await server.PutAsync(Foreign.Endpoints("endpoints-c", one.Address));
        await Eventually.Holds(() => mesh.Client().Send(new HttpRequestMessage(HttpMethod.Get, "http://catalog/")).IsSuccessStatusCode);
    }

    [Fact]
    public async Task Switched_off_the_mesh_still_finds_the_clusters()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using SotwServer server = await SotwServer.StartAsync();
        await server.PutAsync(
        [
            .. Foreign.Cluster("a", one.Address), .. Foreign.Cluster("b", one.Address),
            Foreign.Listener("catalog", "r"), Foreign.Routes("r", ["*"], Foreign.To("a", "/a"), Foreign.To("b")),
        ]);
        await using TestMesh mesh = await ForeignMesh.StartAsync(server, rules: """{ "Enabled": false, "ConfigServer": { "FirstCallTimeout": "10s" } }""");

        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
    }

    [Fact]
    public async Task Tls_and_tokens_are_shown_to_the_server_as_their_files_are_at_the_time()
    {
        using PemFolder folder = new();
        using TestAuthority authority = new();
        using X509Certificate2 certificate = authority.Issue("localhost");
        await using Backend one = await Backend.StartAsync("one");
        await using SotwServer server = await SotwServer.StartAsync(certificate: certificate);
        await server.PutAsync(Foreign.Service("catalog", "c", one.Address));
        string token = folder.Write("token", "first\n");
        string more = $$"""
            "channel_creds": [{ "type": "tls", "config": { "ca_certificate_file": "{{folder.Write("ca.pem", authority.Pem)}}" } }],
            "call_creds": [{ "type": "jwt_token_file", "config": { "jwt_token_file": "{{token}}" } }]
            """;
        await using TestMesh mesh = await ForeignMesh.StartAsync(ForeignMesh.Bootstrap([$"localhost:{server.Port}"], more: more));
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Equal("Bearer first", server.Open.Single().Authorization);

        folder.Write("token", "second");
        server.Open.Single().End();
        await Eventually.Holds(() => server.Open.Any(stream => stream.Authorization == "Bearer second"));
    }

    [Fact]
    public async Task A_server_that_shows_another_certificate_is_not_talked_to()
    {
        using PemFolder folder = new();
        using TestAuthority authority = new();
        await using SotwServer server = await SotwServer.StartAsync(certificate: TestCertificates.Stranger);
        string more = $$""" "channel_creds": [{ "type": "tls", "config": { "ca_certificate_file": "{{folder.Write("ca.pem", authority.Pem)}}" } }] """;
        await using TestMesh mesh = await ForeignMesh.StartAsync(
            ForeignMesh.Bootstrap([$"localhost:{server.Port}"], more: more), """{ "ConfigServer": { "FirstCallTimeout": "50ms" }, "Outbound": { "UnknownHosts": "Deny" } }""");

        Assert.Equal(MeshFailureReason.ConfigServerSilent, (await Fails(mesh)).Reason);
        await Eventually.Holds(() => mesh.Logged("ConfigServerLost") == 1);
        Assert.Empty(server.Streams);
    }

    [Fact]
    public async Task A_socket_on_this_machine_is_a_server_like_others()
    {
        using PemFolder folder = new();
        await using Backend one = await Backend.StartAsync("one");
        await using SotwServer server = await SotwServer.StartAsync(socket: folder.PathOf("XDS"));
        await server.PutAsync(Foreign.Service("catalog", "c", one.Address));
        await using TestMesh mesh = await ForeignMesh.StartAsync(server);

        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Equal(server.Address, mesh.Mesh.Describe().ConfigServer!.Address);
    }

    [Fact]
    public async Task Our_own_server_is_a_control_plane_like_others()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two");
        await using MeshServer server = await MeshServer.StartAsync(new ChangeableState());
        MeshService catalog = AdsServer.Service(one.Address, two.Address);
        catalog = catalog with
        {
            Endpoints = [catalog.Endpoints!.Value[0] with { Version = "v1" }, catalog.Endpoints.Value[1] with { Version = "v2" }],
            Routes =
            [
                new MeshRoute { Name = "testers", Match = [new RouteMatch { Path = "/new" }], To = [new RouteTarget { Subset = "v2" }] },
                new MeshRoute { Name = "rest", To = [new RouteTarget { Subset = "v1" }] },
            ],
        };
        server.State.Set("catalog.shop", catalog);
        await using TestMesh mesh = await ForeignMesh.StartAsync(
            ForeignMesh.Bootstrap([$"127.0.0.1:{server.Port}"], """ { "NAMESPACE": "shop" } """, Strict));

        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Equal("two", await mesh.Client().GetTextAsync("http://catalog/new"));

        server.State.Set("catalog.shop", catalog with { Routes = [new MeshRoute { Name = "all", To = [new RouteTarget { Subset = "v2" }] }] });
        await mesh.Client().ComesToGet("two", "http://catalog/");
        server.State.Delete("catalog.shop");
        await Eventually.Holds(() => mesh.Mesh.Describe().Services.All(service => service.Name != "catalog"));
        server.State.Set("catalog.shop", catalog);
        await Eventually.Holds(() => mesh.Mesh.Describe().Services.Any(service => service.Name == "catalog"));
        Assert.Equal("two", await mesh.Client().GetTextAsync("http://catalog/new"));
        Assert.Empty(mesh.Mesh.Describe().ConfigServer!.Refused);
    }

    [Fact]
    public async Task What_was_known_at_the_stop_is_in_force_at_the_next_start()
    {
        using PemFolder folder = new();
        await using Backend one = await Backend.StartAsync("one");
        SotwServer server = await SotwServer.StartAsync();
        await server.PutAsync(Foreign.Service("catalog", "c", one.Address));
        string rules = $$"""{ "ConfigServer": { "FirstCallTimeout": "10s", "CacheDirectory": "{{folder.PathOf("cache")}}" }, "Outbound": { "UnknownHosts": "Deny" } }""";
        await using (TestMesh first = await ForeignMesh.StartAsync(server, rules: rules))
        {
            Assert.Equal("one", await first.Client().GetTextAsync("http://catalog/"));
        }

        await server.DisposeAsync();
        await using TestMesh second = await ForeignMesh.StartAsync(server, rules: rules);

        Assert.Equal("one", await second.Client().GetTextAsync("http://catalog/"));
        Assert.Equal(1, second.Logged("CacheRead"));
    }

    [Fact]
    public async Task One_control_plane_has_the_say()
    {
        MeshConfigurationException exception = await Assert.ThrowsAsync<MeshConfigurationException>(
            () => ForeignMesh.StartAsync(ForeignMesh.Bootstrap(["127.0.0.1:15010"]), """{ "ConfigServer": { "Addresses": ["http://127.0.0.1:1"] } }"""));

        Assert.Contains("Mesh:ConfigServer:Addresses", exception.Message, StringComparison.Ordinal);
        Assert.Contains("AddXds() (http://127.0.0.1:15010)", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_faulty_bootstrap_ends_the_start()
    {
        MeshConfigurationException exception = await Assert.ThrowsAsync<MeshConfigurationException>(() => ForeignMesh.StartAsync("""{ "xds_servers": [{}] }"""));

        Assert.Contains(exception.Faults, fault => fault.Contains("$.xds_servers[0].server_uri", StringComparison.Ordinal));
    }

    private static Task<MeshException> Fails(TestMesh mesh) =>
        Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("http://catalog/")).InTime();
}
