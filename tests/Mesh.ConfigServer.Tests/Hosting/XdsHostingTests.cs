using System.Net;
using System.Text;
using System.Text.Json;
using Grpc.Core;
using Grpc.Net.Client;
using Mesh.ConfigServer.Tests.Infrastructure;
using Mesh.ConfigServer.Tests.Xds.Infrastructure;
using Mesh.Model.Xds;
using Mesh.Model.Xds.Wire;

namespace Mesh.ConfigServer.Tests.Hosting;

public class XdsHostingTests
{
    [Fact]
    public async Task What_is_written_over_REST_arrives_over_xDS_and_the_client_is_listed()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.Put("catalog");
        using GrpcChannel channel = GrpcChannel.ForAddress($"http://{server.Server.Addresses.Xds}");
        using var client = new DeltaClient(channel);
        await client.HelloAsync(XdsTypes.ClusterLoadAssignment, "catalog.default", "nobody.default");
        List<string> names = [];
        while (names.Count < 2)
        {
            DeltaDiscoveryResponse response = (await client.ReadAsync())!;
            names.AddRange([.. response.Resources.Select(resource => resource.Name), .. response.RemovedResources]);
            await client.AckAsync(response);
        }

        Assert.Equal(["catalog.default", "nobody.default"], names.Order());
        JsonElement listed = default;
        for (int tries = 0; tries < 1000 && (tries == 0 || Text(listed.GetProperty("resources")[0], "state") != "synced"); tries++)
        {
            listed = (await server.Send("GET", "/api/v1/clients")).IsOk().Json.GetProperty("clients")[0];
        }

        Assert.Equal(
            ("web-1", "web", "default", "Mesh.Client 1.2.3", "delta", "mesh"),
            (Text(listed, "id"), Text(listed, "service"), Text(listed, "namespace"), Text(listed, "userAgent"), Text(listed, "protocol"), Text(listed, "profile")));
        Assert.StartsWith("127.0.0.1:", Text(listed, "address"), StringComparison.Ordinal);
        JsonElement[] resources = [.. listed.GetProperty("resources").EnumerateArray()];
        Assert.Equal(
            [("catalog.default", "synced"), ("nobody.default", "notFound")],
            resources.Select(resource => (Text(resource, "name"), Text(resource, "state"))).Order());
        Assert.Equal(1, (await server.Send("GET", "/api/v1/status")).Json.GetProperty("clients").GetInt32());
        Assert.Contains("mesh_xds_streams{protocol=\"delta\"} 1", (await server.Send("GET", "/metrics")).Text, StringComparison.Ordinal);

        await server.Put("catalog", "127.0.0.1:5002");
        Assert.Equal("catalog.default", Assert.Single((await client.ReadAsync())!.Resources).Name);
    }

    [Fact]
    public async Task At_the_stop_streams_are_told_to_go_elsewhere()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.Put("catalog");
        using GrpcChannel channel = GrpcChannel.ForAddress($"http://{server.Server.Addresses.Xds}");
        using var client = new DeltaClient(channel);
        await client.HelloAsync(XdsTypes.ClusterLoadAssignment, "catalog.default");
        Assert.NotNull(await client.ReadAsync());
        Task stop = server.Server.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(StatusCode.Unavailable, await client.EndAsync());
        await stop.InTime();
    }

    [Theory]
    [InlineData(true, StatusCode.OK)]
    [InlineData(false, StatusCode.Unimplemented)]
    public async Task What_clients_have_is_told_over_xDS_in_development_alone(bool isDevelopment, StatusCode expected)
    {
        await using TestServer server = await TestServer.StartAsync(options => options.InsecureXds = true, isDevelopment);
        using GrpcChannel channel = GrpcChannel.ForAddress($"http://{server.Server.Addresses.Xds}");
        using AsyncUnaryCall<ClientStatusResponse> call = new ClientStatusDiscoveryService.ClientStatusDiscoveryServiceClient(channel).FetchClientStatusAsync(
            new ClientStatusRequest(), cancellationToken: TestContext.Current.CancellationToken);
        await call.ResponseAsync.ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.Equal(expected, call.GetStatus().StatusCode);

        using var client = new DeltaClient(channel);
        await client.HelloAsync(XdsTypes.Cluster, "nobody.default");
        Assert.NotNull(await client.ReadAsync());
    }

    [Fact]
    public async Task The_http_port_serves_no_xDS()
    {
        await using TestServer server = await TestServer.StartAsync();
        foreach (string path in (string[])["/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources", "/a/b"])
        {
            using var content = new StringContent("", Encoding.UTF8, "application/grpc");
            using HttpResponseMessage response = await server.Client.PostAsync(new Uri(path, UriKind.Relative), content, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        }
    }

    private static string Text(JsonElement element, string property) => element.GetProperty(property).GetString()!;
}
