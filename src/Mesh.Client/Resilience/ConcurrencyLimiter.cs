namespace Mesh.Client.Resilience;

/// <summary>
/// Limits the calls in flight to a service, and those that wait for one of them to end. First come, first served: while
/// there are waiters, nobody who comes later gets past them. Thread safe.
/// </summary>
internal sealed partial class ConcurrencyLimiter
{
    private const long OneWaiter = 1L << 32;

    private readonly Lock _queueing = new();
    private readonly LinkedList<Waiter> _queue = [];

    // Upper half: waiters, changed under the lock only. Lower half: calls in flight. One word, so neither can change unseen by the other.
    private long _state;
    private int _maxRequests;
    private int _maxPending;

    public ConcurrencyLimiter(int maxRequests, int maxPending) => (_maxRequests, _maxPending) = (maxRequests, maxPending);

    /// <summary>Calls in flight.</summary>
    public int Active => ActiveIn(Volatile.Read(ref _state));

    /// <summary>Calls that wait.</summary>
    public int Pending => PendingIn(Volatile.Read(ref _state));

    /// <summary>Takes a slot if one is free and nobody waits for it. True is owed a <see cref="Release"/>.</summary>
    public bool TryAcquire()
    {
        long state = Volatile.Read(ref _state);
        while (IsFree(state))
        {
            long found = Interlocked.CompareExchange(ref _state, state + 1, state);
            if (found == state)
            {
                return true;
            }

            state = found;
        }

        return false;
    }

    /// <summary>Takes a slot, waiting for one if need be. True is owed a <see cref="Release"/>. False comes at once: too many wait already.</summary>
    /// <remarks>What awaits it goes on in the thread pool, never inside <see cref="Release"/>. A thread that blocks on it is woken directly.</remarks>
    public ValueTask<bool> AcquireAsync(CancellationToken cancellationToken)
    {
        if (TryAcquire())
        {
            return new ValueTask<bool>(true);
        }

        if (Pending >= Volatile.Read(ref _maxPending))
        {
            return new ValueTask<bool>(false);
        }

        var waiter = new Waiter(this, cancellationToken);
        Enqueue(waiter);
        return new ValueTask<bool>(waiter.Task);
    }

    /// <summary>Gives a slot back; the first waiter gets it.</summary>
    public void Release()
    {
        long state = Interlocked.Decrement(ref _state);
        if (ActiveIn(state) < 0)
        {
            Interlocked.Increment(ref _state);
            throw new InvalidOperationException("A slot was released that had not been acquired.");
        }

        if (PendingIn(state) != 0)
        {
            Serve();
        }
    }

    /// <summary>Changes the limits. Calls in flight and waiters beyond lower ones stay.</summary>
    public void Update(int maxRequests, int maxPending)
    {
        lock (_queueing)
        {
            Volatile.Write(ref _maxRequests, maxRequests);
            Volatile.Write(ref _maxPending, maxPending);
        }

        Serve();
    }

    private void Enqueue(Waiter waiter)
    {
        bool acquired;
        lock (_queueing)
        {
            if (waiter.IsAbandoned)
            {
                waiter.Cancel();
                return;
            }

            while (!(acquired = TryAcquire()) && Pending < _maxPending)
            {
                long state = Volatile.Read(ref _state);
                if (!IsFree(state) && Interlocked.CompareExchange(ref _state, state + OneWaiter, state) == state)
                {
                    _queue.AddLast(waiter.Place);
                    return;
                }
            }
        }

        waiter.Complete(acquired);
    }

    private void Serve()
    {
        while (Dequeue() is { } waiter)
        {
            waiter.Complete(acquired: true);
        }
    }

    private Waiter? Dequeue()
    {
        lock (_queueing)
        {
            // While somebody waits only this raises the number of calls in flight, so what was read cannot become too low.
            long state = Volatile.Read(ref _state);
            if (PendingIn(state) == 0 || ActiveIn(state) >= _maxRequests)
            {
                return null;
            }

            Interlocked.Add(ref _state, 1 - OneWaiter);
            Waiter first = _queue.First!.Value;
            _queue.RemoveFirst();
            return first;
        }
    }

    private void Abandon(Waiter waiter)
    {
        lock (_queueing)
        {
            if (waiter.Place.List is null)
            {
                waiter.IsAbandoned = true;
                return;
            }

            _queue.Remove(waiter.Place);
            Interlocked.Add(ref _state, -OneWaiter);
        }

        waiter.Cancel();
    }

    private static int ActiveIn(long state) => (int)state;

    private static int PendingIn(long state) => (int)(state >> 32);

    private bool IsFree(long state) => PendingIn(state) == 0 && ActiveIn(state) < Volatile.Read(ref _maxRequests);
}
