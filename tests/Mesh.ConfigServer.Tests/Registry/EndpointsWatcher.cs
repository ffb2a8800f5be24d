using Grpc.Net.Client;
using Mesh.ConfigServer.Tests.Xds.Infrastructure;
using Mesh.Model.Xds;
using Mesh.Model.Xds.Wire;

namespace Mesh.ConfigServer.Tests.Registry;

/// <summary>A client that calls a service, and confirms what it is told unless it is asked not to.</summary>
internal sealed class EndpointsWatcher : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly DeltaClient _client;

    private EndpointsWatcher(GrpcChannel channel, DeltaClient client) => (_channel, _client) = (channel, client);

    /// <summary>The last response that was read.</summary>
    public DeltaDiscoveryResponse Last { get; private set; } = null!;

    public static async Task<EndpointsWatcher> StartAsync(string address, string service)
    {
        GrpcChannel channel = GrpcChannel.ForAddress($"http://{address}");
        DeltaClient client = new(channel);
        await client.HelloAsync(XdsTypes.ClusterLoadAssignment, service);
        return new EndpointsWatcher(channel, client);
    }

    /// <summary>What it is told next: <c>127.0.0.1:80</c>; <c>-</c>: that there is no such service; <c>nothing</c>: as much.</summary>
    public async Task<string> ReadAsync(bool confirm = true)
    {
        Last = (await _client.ReadAsync())!;
        if (confirm)
        {
            await ConfirmAsync();
        }

        return Last.RemovedResources.Count > 0 ? "-"
            : Last.Resources.Count == 0 ? "nothing"
            : string.Join(' ', ClusterLoadAssignment.Parser.ParseFrom(Last.Resources.Single().Resource_.Value).Endpoints
                .SelectMany(place => place.LbEndpoints)
                .Select(endpoint => endpoint.Endpoint.Address.SocketAddress)
                .Select(address => $"{address.Address}:{address.PortValue}"));
    }

    /// <summary>Reads until it is told so.</summary>
    public async Task ReadUntilAsync(string expected)
    {
        while (await ReadAsync() != expected)
        {
        }
    }

    public Task ConfirmAsync() => _client.AckAsync(Last);

    public Task RefuseAsync() => _client.NackAsync(Last, "no");

    public void Dispose()
    {
        _client.Dispose();
        _channel.Dispose();
    }
}
