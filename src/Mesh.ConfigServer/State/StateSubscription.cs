using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.State;

/// <summary>One observer and the states that it has not seen yet.</summary>
internal sealed class StateSubscription(Action<MeshState> observer, ILogger logger, Action<StateSubscription> remove) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Queue<MeshState> _waiting = new();
    private bool _busy;
    private bool _ended;

    public void Add(MeshState state)
    {
        lock (_lock)
        {
            _waiting.Enqueue(state);
        }
    }

    /// <summary>Tells the observer all that waits, unless another thread is about it.</summary>
    public void Deliver()
    {
        while (Take() is { } state)
        {
            try
            {
                observer(state);
            }
            catch (Exception e)
            {
                // One that fails must neither stop the others nor a write that is done already.
                logger.ObserverFailed(state.Generation, e);
            }

            lock (_lock)
            {
                _busy = false;
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _ended = true;
            _waiting.Clear();
        }

        remove(this);
    }

    private MeshState? Take()
    {
        lock (_lock)
        {
            if (_busy || _ended || !_waiting.TryDequeue(out MeshState? state))
            {
                return null;
            }

            _busy = true;
            return state;
        }
    }
}
