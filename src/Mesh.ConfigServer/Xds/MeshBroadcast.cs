using Mesh.ConfigServer.State;
using Mesh.Model.Documents;
using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Xds;

/// <summary>Follows the mesh's state and wakes the clients whom a change concerns.</summary>
internal sealed class MeshBroadcast(
    IMeshStates states, IResourceEncoder encoder, XdsOptions options, TimeProvider time, XdsMetrics metrics, ILogger<MeshBroadcast> logger, IMeshTrust? trust = null)
    : IWithheldResources, IDisposable
{
    private readonly Lock _gate = new();
    private readonly ControlPlaneName _name = new(options);
    private IDisposable? _subscription;

    public Interests<ClientSession> Interests { get; } = new();

    public void Start()
    {
        if (_subscription is null)
        {
            _subscription = states.Subscribe(Take);
            if (trust is not null)
            {
                trust.Changed += OnTrust;
            }
        }
    }

    public void Dispose()
    {
        if (trust is not null)
        {
            trust.Changed -= OnTrust;
        }

        _subscription?.Dispose();
    }

    public void Tell(ResourceName name, string service, Exception failure)
    {
        metrics.Withheld(name.Type);
        logger.ResourceWithheld(name.Type, Wording.Printable(name.Text), service, failure);
    }

    // The state stays as it is.
    private void OnTrust()
    {
        lock (_gate)
        {
            if (Interests.Snapshot is { } snapshot)
            {
                Take(snapshot.State);
            }
        }
    }

    // Called for one state after the other.
    private void Take(MeshState state)
    {
        lock (_gate)
        {
            MeshSnapshot snapshot = MeshSnapshot.Of(state, trust?.Current ?? MeshTrust.None, Interests.Snapshot, _name.For(state), encoder, this);
            long changedAt = time.GetTimestamp();
            foreach (ClientSession session in Interests.Publish(snapshot))
            {
                session.Wake(changedAt);
            }
        }
    }
}
