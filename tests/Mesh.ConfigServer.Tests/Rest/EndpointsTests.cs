using System.Net;
using System.Text.Json;
using Mesh.ConfigServer.Tests.Hosting;
using Mesh.ConfigServer.Tests.Infrastructure;
using Mesh.ConfigServer.Tests.Registry;
using Mesh.Model.Xds.Wire;

namespace Mesh.ConfigServer.Tests.Rest;

public sealed class EndpointsTests
{
    [Fact]
    public async Task Endpoints_of_documents_and_of_processes_are_listed()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.Put("catalog");
        Registration registration = Messages.Registration("pricing", "p-1", 6001);
        (registration.Namespace, registration.Version, registration.Weight) = ("shop", "v2", 5);
        (registration.UserAgentName, registration.UserAgentVersion) = ("Mesh.Client", "1.2.3");
        registration.Labels.Add("tier", "gold");
        registration.Locality = new Locality { Region = "eu", Zone = "eu-1" };
        registration.Addresses[0].Protocols = MeshEndpointMetadata.Types.Protocols.Http2;
        using RegistryClient client = await RegistryClient.RegisterAsync(server.Server.Addresses.Xds!, registration);

        JsonElement[] services = await Services(server, "");

        Assert.Equal(["catalog.default", "pricing.shop"], services.Select(Name));
        Assert.Equal((true, false), (services[0].GetProperty("hasDocument").GetBoolean(), services[1].GetProperty("hasDocument").GetBoolean()));
        Assert.Equal("static", services[0].GetProperty("endpoints")[0].GetProperty("state").GetString());
        JsonElement endpoint = services[1].GetProperty("endpoints")[0];
        Assert.Equal(
            ["127.0.0.1:6001", "ready", "registered", "p-1", "Mesh.Client 1.2.3", "v2", "eu/eu-1", "http2", Environment.MachineName],
            ((string[])["address", "state", "origin", "instance", "userAgent", "version", "locality", "protocols", "owner"])
                .Select(name => endpoint.GetProperty(name).GetString()));
        Assert.Equal((5, "gold"), (endpoint.GetProperty("weight").GetInt32(), endpoint.GetProperty("labels").GetProperty("tier").GetString()));
        Assert.True(endpoint.GetProperty("registeredAt").GetDateTimeOffset() <= endpoint.GetProperty("lastHeard").GetDateTimeOffset().AddMilliseconds(1));
        Assert.Equal(1, services[1].GetProperty("comings").GetInt32());
    }

    [Fact]
    public async Task Services_are_listed_by_name_with_or_without_a_document()
    {
        await using TestServer server = await TestServer.StartAsync();
        string xds = server.Server.Addresses.Xds!;
        using RegistryClient hidden = await RegistryClient.RegisterAsync(xds, Messages.Registration("hidden", "h-1", 6001));
        using RegistryClient process = await RegistryClient.RegisterAsync(xds, Messages.Registration("pricing", "p-1", 6002, 6003));
        using RegistryClient other = await RegistryClient.RegisterAsync(xds, Messages.Registration("catalog", "c-1", 6004));
        await server.Put("catalog");
        await server.Send("PUT", "/api/v1/services/default/open", """{"kind":"Service","name":"open","hosts":["hidden"]}""");

        // What registers within a moment is shown together.
        await Eventually.Holds(() =>
            string.Join(", ", server.Send("GET", "/api/v1/services").GetAwaiter().GetResult().IsOk().Json.GetProperty("services").EnumerateArray().Select(
                service => $"{Name(service)} {service.GetProperty("hasDocument").GetBoolean()} {service.GetProperty("endpoints").GetRawText()}"))
            == "catalog.default True 2, hidden.default False 0, open.default True null, pricing.default False 2");
    }

    [Theory]
    [InlineData("?service=catalog", "catalog.default", "catalog.shop")]
    [InlineData("?service=CATALOG&namespace=Shop", "catalog.shop")]
    [InlineData("?namespace=shop", "catalog.shop", "pricing.shop")]
    [InlineData("?service=nobody")]
    [InlineData("?service=&namespace=", "catalog.default", "catalog.shop", "pricing.shop")]
    public async Task Some_can_be_asked_for(string query, params string[] expected)
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.Put("catalog");
        await server.Send("PUT", "/api/v1/services/shop/catalog", """{"kind":"Service","name":"catalog","namespace":"shop"}""");
        Registration registration = Messages.Registration("pricing", "p-1", 6001);
        registration.Namespace = "shop";
        using RegistryClient client = await RegistryClient.RegisterAsync(server.Server.Addresses.Xds!, registration);

        Assert.Equal(expected, (await Services(server, query)).Select(Name));
        (await server.Send("GET", "/api/v1/endpoints?name=catalog")).IsProblem(HttpStatusCode.BadRequest, "'name' is unknown");
    }

    [Fact]
    public async Task Metrics_tell_of_instances_streams_and_clients()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.Send("PUT", "/api/v1/services/default/open", """{"kind":"Service","name":"open"}""");
        using RegistryClient leaver = await RegistryClient.RegisterAsync(server.Server.Addresses.Xds!, Messages.Registration("gone", "g-1", 6001));
        await leaver.AskToWithdrawAsync(TimeSpan.FromSeconds(1));
        await leaver.ReadAsync();
        await leaver.EndAsync();
        using RegistryClient client = await RegistryClient.RegisterAsync(server.Server.Addresses.Xds!, Messages.Registration("pricing", "p-1", 6002));
        using RegistryClient twin = new(server.Server.Addresses.Xds!);
        await twin.SendAsync(new RegisterRequest { Registration = Messages.Registration("pricing", "p-1", 6003) });
        await twin.EndAsync();

        string[] lines = [];
        string[] expected =
        [
            "mesh_registry_instances{state=\"ready\"} 1", "mesh_registry_instances{state=\"held\"} 0", "mesh_registry_streams 1",
            "mesh_registry_registrations_total{result=\"registered\"} 2", "mesh_registry_registrations_total{result=\"Aborted\"} 1",
            "mesh_registry_withdrawals_total{result=\"confirmed\"} 1", "mesh_xds_clients{state=\"in_sync\"} 0", "mesh_services{endpoints=\"some\"} 1",
            "mesh_registry_flapping 0", "mesh_xds_gaps 0", "mesh_xds_behind_duration_seconds 0", "mesh_xds_clients_software 0",
            "mesh_services{endpoints=\"none\"} 1", "mesh_services{endpoints=\"unknown\"} 1", "# TYPE process_cpu_seconds_total counter",
            "# TYPE process_resident_memory_bytes gauge", "# TYPE process_start_time_seconds gauge", "# TYPE process_open_fds gauge",
        ];
        await Eventually.Holds(() =>
        {
            lines = server.Send("GET", "/metrics").GetAwaiter().GetResult().IsOk().Text.Split('\n');
            return expected.All(lines.Contains);
        });
        double start = double.Parse(
            lines.Single(line => line.StartsWith("process_start_time_seconds ", StringComparison.Ordinal)).Split(' ')[1],
            System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(DateTimeOffset.FromUnixTimeSeconds((long)start), DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow);
    }

    private static async Task<JsonElement[]> Services(TestServer server, string query)
    {
        JsonElement list = (await server.Send("GET", "/api/v1/endpoints" + query)).IsOk().Json;
        Assert.InRange(list.GetProperty("time").GetDateTimeOffset(), DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow);
        return [.. list.GetProperty("services").EnumerateArray()];
    }

    private static string Name(JsonElement service) => $"{service.GetProperty("service").GetString()}.{service.GetProperty("namespace").GetString()}";
}
