using System.Diagnostics.Metrics;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Tests.Xds.Infrastructure;
using Mesh.ConfigServer.Xds;
using Mesh.Model.Xds.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using ResourceName = Mesh.ConfigServer.Xds.ResourceName;

namespace Mesh.ConfigServer.Tests.Xds;

public sealed class ClientSessionTests : IWithheldResources
{
    [Fact]
    public async Task Who_has_gone_is_forgotten()
    {
        await using ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        XdsMetrics metrics = new(services.GetRequiredService<IMeterFactory>());
        Interests<ClientSession> interests = new();
        ClientNode node = ClientNode.Parse(Bench.Node);
        ClientSession session = new(
            node, "", StreamProtocol.Delta,
            new SessionEnvironment(interests, new XdsOptions(), TimeProvider.System, metrics, NullLogger.Instance));
        DeltaStream stream = new(node, session);
        session.Stream = stream;
        stream.Receive(new DeltaDiscoveryRequest
        {
            TypeUrl = ResourceType.Cluster.Url(), ResourceNamesSubscribe = { "a.default", "b.default" },
        });
        MeshState state = FakeStates.With(FakeStates.Empty, "a.default=1", "b.default=1");
        MeshSnapshot before = MeshSnapshot.Of(FakeStates.Empty, MeshTrust.None, null, new ControlPlane(), new FakeEncoder(), this);
        MeshSnapshot snapshot = MeshSnapshot.Of(state, MeshTrust.None, before, new ControlPlane(), new FakeEncoder(), this);
        Assert.Equal([session], interests.Publish(snapshot));

        session.Dispose();

        Assert.Empty(interests.Publish(snapshot));
        Assert.Empty(interests.Look(session).Unseen);
    }

    void IWithheldResources.Tell(ResourceName name, string service, Exception failure) => Assert.Fail(failure.Message);
}
