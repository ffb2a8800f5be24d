using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Mesh.Client.Runtime;
using Mesh.Client.Sources;
using Mesh.Client.Sources.Xds;
using Mesh.Client.Tests.Infrastructure;
using Mesh.Model;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace Mesh.Client.Tests.Sources.Xds;

/// <summary>What the config server says is what calls do.</summary>
public sealed class ConfigServerTests
{
    private static readonly MeshRoute s_closed = new()
    {
        Name = "closed", Match = [new RouteMatch { PathPrefix = "/closed" }], DirectResponse = new DirectResponse { StatusCode = 418, Body = "closed" },
    };

    [Fact]
    public async Task A_service_that_the_server_alone_knows_is_called_by_its_rules()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using AdsServer server = await AdsServer.StartAsync();
        await server.PutAsync("catalog.default", AdsServer.Service(backend.Address) with { Routes = [s_closed, new MeshRoute { Name = "rest" }] });
        await using TestMesh mesh = await ServedMesh.StartAsync(server);

        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Equal(418, (int)(await mesh.Client().GetAsync(new Uri("http://catalog/closed"), TestContext.Current.CancellationToken)).StatusCode);

        ServiceDescription service = mesh.Service();
        Assert.Equal(("config server", "config server"), (service.RulesFrom, service.EndpointsFrom));
        Assert.Matches("^[0-9a-f]{16}[+][0-9a-f]{16}$", service.RulesVersion);
        Assert.Contains("closed", service.Routes);
        ConfigServerDescription described = mesh.Mesh.Describe().ConfigServer!;
        Assert.Equal((server.Address, "1.1"), (described.Address, described.State));
        Assert.NotNull(described.LastAnswerAge);
        Assert.Empty(described.Refused);
        await Eventually.Holds(() => mesh.Logged("ConfigServerConnected") == 1);
        Assert.Contains(server.Address, mesh.Message("ConfigServerConnected"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_is_asked_for_by_name_in_one_flush_by_whoever_asks()
    {
        await using AdsServer server = await AdsServer.StartAsync();
        await using TestMesh mesh = await ServedMesh.StartAsync(
            server, "", """ "Service": { "Name": "web", "Namespace": "shop", "Version": "v2", "Labels": { "track": "canary" } } """);

        await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("http://catalog/"));

        await Eventually.Holds(() => server.Requests.Count(request => request.ResourceNamesSubscribe.SequenceEqual(["catalog.shop"])) == 4);
        Mesh.Model.Xds.Wire.Node node = server.Streams.Single().Node!;
        Assert.StartsWith("web.shop~", node.Id, StringComparison.Ordinal);
        Assert.Equal(("web", "Mesh.Client", "shop", "v2"), (node.Cluster, node.UserAgentName, Text("NAMESPACE"), Text("VERSION")));
        Assert.Equal("canary", node.Metadata.Fields["LABELS"].StructValue.Fields["track"].StringValue);
        Assert.False(node.Metadata.Fields.ContainsKey("MESH_EPOCH"));

        string Text(string field) => node.Metadata.Fields[field].StringValue;
    }

    [Fact]
    public async Task Rules_and_endpoints_change_while_it_runs()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two");
        await using AdsServer server = await AdsServer.StartAsync();
        await server.PutAsync("catalog.default", one.Address);
        await using TestMesh mesh = await ServedMesh.StartAsync(server);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/closed"));
        ServiceRules before = RulesOf(mesh);

        await server.PutAsync("catalog.default", two.Address);
        await Eventually.Holds(() => mesh.Service().Endpoints.Single().Address == two.Address);
        Assert.Equal("two", await mesh.Client().GetTextAsync("http://catalog/closed"));
        Assert.Same(before, RulesOf(mesh));

        await server.PutAsync("catalog.default", AdsServer.Service(two.Address) with { Routes = [s_closed] });
        await Eventually.Holds(() => mesh.Service().Routes.Contains("closed"));
        Assert.NotSame(before, RulesOf(mesh));
    }

    [Fact]
    public async Task A_deleted_service_is_nobodys_until_it_is_there_again()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using AdsServer server = await AdsServer.StartAsync();
        await server.PutAsync("catalog.default", backend.Address);
        await using TestMesh mesh = await ServedMesh.StartAsync(server);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));

        await server.DeleteAsync("catalog.default");
        await Eventually.Holds(() => mesh.Mesh.Describe().Services.Count == 0);
        MeshException exception = await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Equal(MeshFailureReason.UnknownHost, exception.Reason);

        await server.PutAsync("catalog.default", backend.Address);
        await Eventually.Holds(() => mesh.Mesh.Describe().Services.Count == 1);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
    }

    [Fact]
    public async Task Routes_lead_to_other_services_of_the_server()
    {
        await using Backend catalog = await Backend.StartAsync("catalog");
        await using Backend pricing = await Backend.StartAsync("pricing");
        await using AdsServer server = await AdsServer.StartAsync();
        await server.PutAsync("pricing.shop", pricing.Address);
        await server.PutAsync("catalog.default", AdsServer.Service(catalog.Address) with
        {
            Routes = [new MeshRoute { Name = "prices", Match = [new RouteMatch { PathPrefix = "/prices" }], To = [new RouteTarget { Service = "pricing.shop" }] }, new MeshRoute { Name = "rest" }],
        });
        await using TestMesh mesh = await ServedMesh.StartAsync(server);

        Assert.Equal("catalog", await mesh.Client().GetTextAsync("http://catalog/"));
        await Eventually.Holds(() => mesh.Client().GetTextAsync("http://catalog/prices").ContinueWith(call => call.IsCompletedSuccessfully).Result);
        Assert.Equal("pricing", await mesh.Client().GetTextAsync("http://catalog/prices"));
    }

    [Fact]
    public async Task A_service_is_called_by_its_alias()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using AdsServer server = await AdsServer.StartAsync();
        await server.PutAsync("catalog.default", AdsServer.Service(backend.Address) with { Hosts = ["catalog.internal"], Routes = [s_closed, new MeshRoute { Name = "rest" }] }, "catalog.internal");
        await using TestMesh mesh = await ServedMesh.StartAsync(server);

        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog.internal/"));
        Assert.Equal(["closed", "rest"], mesh.Service("catalog.internal").Routes);
    }

    [Fact]
    public async Task The_server_comes_before_the_settings_and_Override_before_the_server()
    {
        await using Backend served = await Backend.StartAsync("served");
        await using Backend local = await Backend.StartAsync("local");
        await using AdsServer server = await AdsServer.StartAsync();
        await server.PutAsync("catalog.default", served.Address);
        string settings = $$""" "Services": { "catalog": { "Override": OVERRIDE, {{Rules.Endpoints(local.Address)}} }, "stock": { {{Rules.Endpoints(local.Address)}} } } """;
        string WithOverride(string value) => settings.Replace("OVERRIDE", value, StringComparison.Ordinal);
        await using TestMesh mesh = await ServedMesh.StartAsync(server, "", WithOverride("false"));

        Assert.Equal("served", await mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Equal("local", await mesh.Client().GetTextAsync("http://stock/"));
        Assert.Equal(0, mesh.Logged("OverridesConfigServer"));

        mesh.Change(ServedMesh.Rules([server.Address], "", WithOverride("true")));
        Assert.Equal("local", await mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Equal(1, mesh.Logged("OverridesConfigServer"));
        Assert.EndsWith("for: catalog.", mesh.Message("OverridesConfigServer"), StringComparison.Ordinal);

        mesh.Change(ServedMesh.Rules([server.Address], "", WithOverride("false")));
        Assert.Equal("served", await mesh.Client().GetTextAsync("http://catalog/"));
    }

    [Fact]
    public async Task Other_servers_are_asked_and_none_any_more_as_the_settings_change()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two");
        await using AdsServer first = await AdsServer.StartAsync();
        await using AdsServer second = await AdsServer.StartAsync();
        await first.PutAsync("catalog.default", one.Address);
        await second.PutAsync("catalog.default", two.Address);
        second.State = (0, 1);
        second.Mesh = "another";
        await using TestMesh mesh = await ServedMesh.StartAsync(first);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));

        mesh.Change(ServedMesh.Rules([second.Address]));
        await Eventually.Holds(() => mesh.Service().Endpoints.Single().Address == two.Address);
        await Eventually.Holds(() => !first.Open.Any());

        mesh.Change("""{ "Outbound": { "UnknownHosts": "Deny" } }""");
        Assert.Null(mesh.Mesh.Describe().ConfigServer);
        Assert.Equal(MeshFailureReason.UnknownHost, (await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("http://catalog/"))).Reason);
        await Eventually.Holds(() => !second.Open.Any());
    }

    [Fact]
    public async Task A_change_of_addresses_does_not_take_the_mesh_back()
    {
        await using AdsServer first = await AdsServer.StartAsync();
        await using AdsServer second = await AdsServer.StartAsync();
        first.State = (1, 5);
        second.State = (1, 4);
        await first.PutAsync("catalog.default", "127.0.0.1:1");
        await second.PutAsync("catalog.default", "127.0.0.1:2");
        await using TestMesh mesh = await ServedMesh.StartAsync(first, "", """ "Upstreams": ["catalog"] """);
        Assert.Equal("127.0.0.1:1", Assert.Single(mesh.Service().Endpoints).Address);

        mesh.Change(ServedMesh.Rules([second.Address, first.Address]));

        await Eventually.Holds(() => mesh.Mesh.Describe().ConfigServer!.Address == first.Address && !second.Streams.IsEmpty);
        Assert.Equal(("127.0.0.1:1", "1.5"), (Assert.Single(mesh.Service().Endpoints).Address, mesh.Mesh.Describe().ConfigServer!.State));
        Assert.Equal(1, mesh.Logged("ConfigServerBehind"));
    }

    [Fact]
    public async Task Where_the_routes_of_upstreams_lead_is_known_before_the_host_is_ready()
    {
        await using AdsServer server = await AdsServer.StartAsync();
        await server.PutAsync("pricing.shop", "127.0.0.1:1");
        await server.PutAsync("catalog.default", AdsServer.Service("127.0.0.1:2") with
        {
            Routes = [new MeshRoute { Name = "prices", To = [new RouteTarget { Service = "pricing.shop" }] }],
        });

        await using TestMesh mesh = await ServedMesh.StartAsync(server, "", """ "Upstreams": ["catalog"] """);

        Assert.Single(mesh.Service("pricing.shop").Endpoints);
    }

    [Fact]
    public async Task Upstreams_are_known_before_the_host_is_ready()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using AdsServer server = await AdsServer.StartAsync();
        await server.PutAsync("catalog.default", backend.Address);
        await using TestMesh mesh = await ServedMesh.StartAsync(server, """ "FirstCallTimeout": "10s" """, """ "Upstreams": ["catalog"] """);

        Assert.Equal("config server", mesh.Service().EndpointsFrom);
    }

    [Fact]
    public async Task Endpoints_by_DNS_are_looked_up_here()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using AdsServer server = await AdsServer.StartAsync();
        await server.PutAsync("catalog.default", new MeshService
        {
            Endpoints = [new MeshEndpoint { Host = "localhost", Port = int.Parse(backend.Address.Split(':')[1]), Lookup = EndpointLookup.Addresses }],
        });
        await using TestMesh mesh = await ServedMesh.StartAsync(server);

        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
    }

    [Fact]
    public async Task The_stream_is_no_part_of_anybodys_trace()
    {
        await using AdsServer server = await AdsServer.StartAsync();
        ConcurrentQueue<string> started = new();
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == "System.Net.Http",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStarted = activity => started.Enqueue(activity.TagObjects.FirstOrDefault(tag => tag.Key == "server.port").Value?.ToString() ?? ""),
        };
        ActivitySource.AddActivityListener(listener);
        using Activity activity = new Activity("caller").Start();
        await using TestMesh mesh = await ServedMesh.StartAsync(server);

        await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("http://catalog/"));

        Assert.DoesNotContain(server.Streams.Single().Headers, header => header is "traceparent" or "Request-Id" or "baggage");
        Assert.DoesNotContain(server.Port.ToString(), started);
    }

    [Fact]
    public async Task It_is_measured_whether_a_server_answers_and_how_long_ago()
    {
        await using AdsServer server = await AdsServer.StartAsync();
        server.IsMute = true;
        await using TestMesh mesh = await ServedMesh.StartAsync(server, """ "FirstCallTimeout": "50ms" """);
        IMeterFactory meters = mesh.Services.GetRequiredService<IMeterFactory>();
        using MetricCollector<long> connected = new(meters, "Mesh.Client", "mesh.client.config.connected");
        using MetricCollector<double> age = new(meters, "Mesh.Client", "mesh.client.config.age");
        connected.RecordObservableInstruments();
        age.RecordObservableInstruments();
        Assert.Equal(0, connected.LastMeasurement!.Value);
        Assert.Null(age.LastMeasurement);

        server.IsMute = false;
        await server.PutAsync("catalog.default");
        await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("http://catalog/"));
        await Eventually.Holds(() => mesh.Mesh.Describe().ConfigServer!.Address is not null);
        connected.RecordObservableInstruments();
        age.RecordObservableInstruments();

        Assert.Equal(1, connected.LastMeasurement!.Value);
        Assert.InRange(age.LastMeasurement!.Value, 0, 20);
    }

    [Fact]
    public async Task A_route_finds_its_target_again_that_was_deleted_and_forgotten_meanwhile()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using AdsServer server = await AdsServer.StartAsync();
        await server.PutAsync("front.default", AdsServer.Service() with
        {
            Routes = [new MeshRoute { Name = "all", To = [new RouteTarget { Service = "catalog" }] }],
        });
        await server.PutAsync("catalog.default", one.Address);
        await using TestMesh mesh = await ServedMesh.StartAsync(server, rest: """ "Upstreams": ["wanted"] """);
        MeshRuntime runtime = mesh.Services.GetRequiredService<MeshRuntime>();
        MeshedService wanted = runtime.GetOrAdd("wanted");
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://front/"));
        MeshedService catalog = runtime.GetOrAdd("catalog");

        await server.DeleteAsync("catalog.default");
        await Eventually.Holds(() => !catalog.IsKnown);
        await Eventually.Holds(() =>
        {
            Array.ForEach([.. Enumerable.Range(0, 1100)], number => runtime.GetOrAdd($"stranger-{number}"));
            return runtime.GetOrAdd("catalog") != catalog;
        });
        Assert.Same(wanted, runtime.GetOrAdd("wanted"));

        await server.PutAsync("catalog.default", one.Address);
        await Eventually.Holds(() => runtime.GetOrAdd("catalog").IsKnown);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://front/"));
    }

    [Fact]
    public async Task A_process_asks_for_so_many_services_and_no_more()
    {
        // All are asked for at once, when the server is there.
        AdsServer gone = await AdsServer.StartAsync();
        await gone.DisposeAsync();
        await using TestMesh mesh = await ServedMesh.StartAsync(gone);
        XdsClient client = mesh.Services.GetRequiredService<XdsClient>();
        IDisposable[] followed = [.. Enumerable.Range(0, XdsClient.MaxServices).Select(number => client.Follow($"service-{number}", _ => { }))];

        SourceAnswer? answer = null;
        SourceAnswer? ended = null;
        SourceAnswer? another = null;
        client.Follow("ended", given => ended = given).Dispose();
        client.Follow("one-more", given => answer = given);
        client.Follow("another", given => another = given);
        Assert.Equal(1, mesh.Logged("TooManyServices"));

        followed[0].Dispose();
        await using AdsServer server = await AdsServer.StartAsync(gone.Port);
        await Eventually.Holds(() => answer == SourceAnswer.NotKnown, TimeSpan.FromMinutes(1));

        // Nobody has said that there are no such services.
        Assert.Equal((null, null), (ended, another));
        string[] asked = [.. server.Requests.SelectMany(request => request.ResourceNamesSubscribe)];
        Assert.Contains("one-more.default", asked);
        Assert.DoesNotContain("another.default", asked);
    }

    private static ServiceRules RulesOf(TestMesh mesh) => mesh.Services.GetRequiredService<MeshRuntime>().Services.Single().Rules;
}
