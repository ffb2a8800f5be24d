using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mesh.ConfigServer.Tests.Hosting;
using Mesh.ConfigServer.Tests.Infrastructure;
using Mesh.ConfigServer.Tests.Registry;
using Mesh.Model.Xds.Wire;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Mesh.ConfigServer.Tests.HealthChecks;

/// <summary>A real server that asks, in real time.</summary>
public sealed class HealthCheckHostingTests
{
    [Fact]
    public async Task An_instance_that_is_not_well_is_called_last()
    {
        await using CheckedApp well = await CheckedApp.StartAsync();
        await using CheckedApp sick = await CheckedApp.StartAsync(HttpProtocols.Http2);
        sick.SayGrpc("00000000020802");
        await using TestServer server = await TestServer.StartAsync();
        string xds = server.Server.Addresses.Xds!;
        Registration one = Messages.Registration("catalog", "i-1", sick.Port);
        one.HealthCheck = Every(1, new HealthCheck { GrpcHealthCheck = new HealthCheck.Types.GrpcHealthCheck() });
        Registration two = Messages.Registration("catalog", "i-2", well.Port);
        two.HealthCheck = Every(1, new HealthCheck { HttpHealthCheck = new HealthCheck.Types.HttpHealthCheck { Path = "/healthz" } });
        using RegistryClient first = await RegistryClient.RegisterAsync(xds, one);
        using RegistryClient second = await RegistryClient.RegisterAsync(xds, two);
        using EndpointsWatcher watcher = await EndpointsWatcher.StartAsync(xds, "catalog.default");
        await ReadUntilAsync(watcher, [$"{well.Port}/0", $"{sick.Port}/1"]);

        Assert.StartsWith("the last health check failed: ", await ReasonAsync(server, "i-1"), StringComparison.Ordinal);
        Assert.Null(await ReasonAsync(server, "i-2"));

        sick.SayGrpc("00000000020801");
        await ReadUntilAsync(watcher, [$"{well.Port}/0", $"{sick.Port}/0"]);
        Assert.Null(await ReasonAsync(server, "i-1"));

        // Clients may be told a moment before the log is.
        await Eventually.Holds(() => server.Log.GetSnapshot().Select(line => line.Id.Id).Where(id => id is >= 176 and <= 179).SequenceEqual([176, 177]));
    }

    [Fact]
    public async Task The_server_does_not_ask_itself()
    {
        await using TestServer server = await TestServer.StartAsync();
        string xds = server.Server.Addresses.Xds!;
        foreach (string address in new[] { xds, server.Server.Addresses.Http! })
        {
            Registration registration = Messages.Registration("catalog", address, int.Parse(address.Split(':')[1], null));
            registration.HealthCheck = Every(1, new HealthCheck { TcpHealthCheck = new HealthCheck.Types.TcpHealthCheck() });
            using RegistryClient client = await RegistryClient.RegisterAsync(xds, registration);
            await Eventually.Holds(() => server.Log.GetSnapshot().Any(
                line => line.Id.Id == 176 && line.Message.Contains($"{address} is the config server itself", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task What_would_burden_the_server_is_refused()
    {
        await using TestServer server = await TestServer.StartAsync();
        Registration registration = Messages.Registration("catalog", "i-1", 5001);
        registration.Addresses[0].Protocols = MeshEndpointMetadata.Types.Protocols.Http1;
        registration.HealthCheck = new HealthCheck
        {
            Interval = Duration.FromTimeSpan(TimeSpan.FromSeconds(0.5)), Timeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(11)),
            HealthyThreshold = 1, UnhealthyThreshold = 1, GrpcHealthCheck = new HealthCheck.Types.GrpcHealthCheck(),
        };
        using RegistryClient client = new(server.Server.Addresses.Xds!);
        await client.SendAsync(new RegisterRequest { Registration = registration });
        Grpc.Core.Status end = await client.EndAsync();
        Assert.Equal(StatusCode.InvalidArgument, end.StatusCode);
        Assert.Contains("registration.health_check.interval: 0.5 s is too often: the server asks once a second at most. Give at least 1 s.", end.Detail, StringComparison.Ordinal);
        Assert.Contains("registration.health_check.timeout: 11 s is too long", end.Detail, StringComparison.Ordinal);
        Assert.Contains("registration.health_check.grpc_health_check: gRPC is HTTP/2", end.Detail, StringComparison.Ordinal);
    }

    private static async Task<string?> ReasonAsync(TestServer server, string instance)
    {
        JsonElement service = (await server.Send("GET", "/api/v1/endpoints?service=catalog")).IsOk().Json.GetProperty("services")[0];
        return service.GetProperty("endpoints").EnumerateArray().Single(endpoint => endpoint.GetProperty("instance").GetString() == instance)
            .GetProperty("reason").GetString();
    }

    private static HealthCheck Every(int seconds, HealthCheck check)
    {
        check.Interval = Duration.FromTimeSpan(TimeSpan.FromSeconds(seconds));
        check.Timeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(10));
        (check.HealthyThreshold, check.UnhealthyThreshold) = (1, 1);
        return check;
    }

    // Ports, and their priorities.
    private static async Task ReadUntilAsync(EndpointsWatcher watcher, HashSet<string> expected)
    {
        HashSet<string> seen = [];
        while (!seen.SetEquals(expected))
        {
            await watcher.ReadAsync();
            seen =
            [
                .. watcher.Last.Resources.SelectMany(resource => ClusterLoadAssignment.Parser.ParseFrom(resource.Resource_.Value).Endpoints)
                    .SelectMany(place => place.LbEndpoints.Select(endpoint => $"{endpoint.Endpoint.Address.SocketAddress.PortValue}/{place.Priority}")),
            ];
        }
    }
}
