using Mesh.ConfigServer.State;
using Mesh.Model.Documents;
using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Xds;

/// <summary>Follows the mesh's state and wakes the clients whom a change concerns.</summary>
internal sealed class MeshBroadcast(
    IMeshStates states, IResourceEncoder encoder, XdsOptions options, TimeProvider time, XdsMetrics metrics, ILogger<MeshBroadcast> logger)
    : IWithheldResources, IDisposable
{
    private readonly ControlPlaneName _name = new(options);
    private IDisposable? _subscription;

    public Interests<ClientSession> Interests { get; } = new();

    public void Start() => _subscription ??= states.Subscribe(Take);

    public void Dispose() => _subscription?.Dispose();

    public void Tell(ResourceName name, string service, Exception failure)
    {
        metrics.Withheld(name.Type);
        logger.ResourceWithheld(name.Type, Wording.Printable(name.Text), service, failure);
    }

    // Called for one state after the other.
    private void Take(MeshState state)
    {
        MeshSnapshot snapshot = MeshSnapshot.Of(state, Interests.Snapshot, _name.For(state), encoder, this);
        long changedAt = time.GetTimestamp();
        foreach (ClientSession session in Interests.Publish(snapshot))
        {
            session.Wake(changedAt);
        }
    }
}
