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
    private volatile MeshSnapshot? _snapshot;
    private IDisposable? _subscription;

    public Interests Interests { get; } = new();

    /// <summary>The state in force; null: none was seen yet.</summary>
    public MeshSnapshot? Snapshot => _snapshot;

    public void Start() => _subscription ??= states.Subscribe(Take);

    public void Dispose() => _subscription?.Dispose();

    public void Tell(ResourceName name, string service, Exception failure)
    {
        metrics.Withheld(name.Type);
        logger.ResourceWithheld(name.Type, Wording.Printable(name.Text), service, failure);
    }

    // Called for one state after the other. What is new is seen before anyone is woken, and whoever subscribes meanwhile sees it, too.
    private void Take(MeshState state)
    {
        MeshSnapshot? before = _snapshot;
        MeshSnapshot snapshot = MeshSnapshot.Of(state, before, _name.For(state), encoder, this);
        _snapshot = snapshot;
        if (before is not null)
        {
            long changedAt = time.GetTimestamp();
            foreach (ClientSession session in Interests.In(snapshot.ChangesSince(before)))
            {
                session.Wake(changedAt);
            }
        }
    }
}
