using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.State;

/// <summary>The state in force and those who are told of it: each the newest, never an older one after it.</summary>
internal sealed class StateFeed(ILogger logger)
{
    private readonly Lock _lock = new();
    private readonly List<StateSubscription> _subscriptions = [];
    private MeshState _current = MeshState.Empty;

    public MeshState Current => Volatile.Read(ref _current);

    /// <summary>Puts the state in force. Whoever does so also calls <see cref="Deliver"/>, once out of its locks.</summary>
    public void Set(MeshState state)
    {
        lock (_lock)
        {
            Volatile.Write(ref _current, state);
            foreach (StateSubscription subscription in _subscriptions)
            {
                subscription.Add(state);
            }
        }
    }

    /// <summary>Tells all observers the newest state, those that are busy as soon as they are done.</summary>
    public void Deliver()
    {
        StateSubscription[] subscriptions;
        lock (_lock)
        {
            subscriptions = [.. _subscriptions];
        }

        foreach (StateSubscription subscription in subscriptions)
        {
            subscription.Deliver();
        }
    }

    public IDisposable Subscribe(Action<MeshState> observer)
    {
        StateSubscription subscription = new(observer, logger, Remove);
        lock (_lock)
        {
            _subscriptions.Add(subscription);
            subscription.Add(_current);
        }

        subscription.Deliver();
        return subscription;
    }

    private void Remove(StateSubscription subscription)
    {
        lock (_lock)
        {
            _subscriptions.Remove(subscription);
        }
    }
}
