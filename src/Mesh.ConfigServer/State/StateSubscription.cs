using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.State;

/// <summary>
/// One observer and the newest state, unless it has seen it. Those that came and went while it was busy it does not get to see.
/// </summary>
internal sealed class StateSubscription(Action<MeshState> observer, ILogger logger, Action<StateSubscription> remove) : IDisposable
{
    private readonly Lock _lock = new();
    private MeshState? _waiting;
    private bool _busy;
    private bool _ended;

    public void Add(MeshState state)
    {
        lock (_lock)
        {
            _waiting = _waiting is { } skipped ? state.Over(skipped) : state;
        }
    }

    /// <summary>Tells the observer what waits, unless another thread is about it.</summary>
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
            _waiting = null;
        }

        remove(this);
    }

    private MeshState? Take()
    {
        lock (_lock)
        {
            if (_busy || _ended || _waiting is not { } state)
            {
                return null;
            }

            (_waiting, _busy) = (null, true);
            return state;
        }
    }
}
