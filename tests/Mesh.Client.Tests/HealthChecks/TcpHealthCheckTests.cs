using Mesh.Client.Tests.Infrastructure;

namespace Mesh.Client.Tests.HealthChecks;

/// <summary>Endpoints that are asked by <c>HealthCheck:Tcp</c>, end to end.</summary>
public sealed class TcpHealthCheckTests
{
    [Fact]
    public async Task A_port_that_can_be_connected_to_is_well_and_the_connection_closed_again()
    {
        TaskCompletionSource<int> closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RawServer open = RawServer.Start(async connection => closed.SetResult(await connection.Stream.ReadAsync(new byte[1], connection.Stopping)));
        string dead = RawServer.DeadAddress();
        await using CheckedMesh mesh = await CheckedMesh.StartAsync("\"Tcp\": true", open.Address, dead);
        await mesh.ChecksEndAsync(2);

        Assert.Equal((EndpointState.Ready, null), mesh.Of(open.Address));
        Assert.Equal((EndpointState.Unhealthy, "the last health check failed: connection refused"), mesh.Of(dead));
        Assert.Equal((0, 1), (await closed.Task.InTime(), open.Connections));
    }
}
