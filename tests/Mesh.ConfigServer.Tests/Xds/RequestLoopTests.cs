using System.Diagnostics.Metrics;
using Grpc.Core;
using Mesh.ConfigServer.Tests.Xds.Infrastructure;
using Mesh.ConfigServer.Xds;
using Mesh.Model.Xds.Wire;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;

namespace Mesh.ConfigServer.Tests.Xds;

public sealed class RequestLoopTests
{
    [Theory]
    [InlineData(typeof(ConnectionAbortedException), StatusCode.Cancelled, false)]
    [InlineData(typeof(ConnectionResetException), StatusCode.Cancelled, false)]
    [InlineData(typeof(InvalidTimeZoneException), StatusCode.Internal, true)]
    public async Task A_connection_that_breaks_is_no_mistake_of_the_servers(Type failure, StatusCode status, bool isLogged)
    {
        await using ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        XdsMetrics metrics = new(services.GetRequiredService<IMeterFactory>());
        ClientNode node = ClientNode.Parse(Bench.Node);
        using ClientSession session = new(
            node, "", StreamProtocol.Delta,
            new SessionEnvironment(new Interests<ClientSession>(), new XdsOptions(), TimeProvider.System, metrics, NullLogger.Instance));
        FakeLogger logger = new();
        Broken requests = new((Exception)Activator.CreateInstance(failure, "It broke.")!);

        await new RequestLoop<DeltaDiscoveryRequest, DeltaDiscoveryResponse>(
            requests, new DeltaStream(node, session), session, logger).RunAsync();

        Assert.True(session.Ending.IsCancellationRequested);
        Assert.Equal(status, session.EndStatus.StatusCode);
        Assert.Equal(isLogged ? [127] : [], logger.Collector.GetSnapshot().Select(record => record.Id.Id));
    }

    private sealed class Broken(Exception failure) : IAsyncStreamReader<DeltaDiscoveryRequest>
    {
        public DeltaDiscoveryRequest Current => throw new InvalidOperationException("There is none.");

        public Task<bool> MoveNext(CancellationToken cancellationToken) => Task.FromException<bool>(failure);
    }
}
