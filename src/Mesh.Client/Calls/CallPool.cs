using System.Collections.Concurrent;
using Mesh.Client.Resilience;
using Mesh.Client.Runtime;

namespace Mesh.Client.Calls;

/// <summary>Calls and deadlines for the next ones to use.</summary>
internal sealed class CallPool(MeshRuntime runtime)
{
    private const int Capacity = 512;

    private readonly ConcurrentQueue<Call> _calls = new();
    private readonly ConcurrentQueue<Deadline> _deadlines = new();
    private Call? _call;
    private Deadline? _deadline;

    public MeshRuntime Runtime => runtime;

    // One object in a field of its own serves callers that come one after the other without the queue's cost.
    public Call Rent() => Interlocked.Exchange(ref _call, null) ?? (_calls.TryDequeue(out Call? call) ? call : new Call(this));

    public Deadline RentDeadline() =>
        Interlocked.Exchange(ref _deadline, null) ?? (_deadlines.TryDequeue(out Deadline? deadline) ? deadline : new Deadline(runtime.Time));

    public void Return(Call call)
    {
        if (Interlocked.CompareExchange(ref _call, call, null) is null)
        {
            return;
        }

        if (_calls.Count < Capacity)
        {
            _calls.Enqueue(call);
        }
    }

    /// <param name="deadline">The deadline of a call that is over.</param>
    /// <param name="mayBeInUse">True: a request body may still be on its way, and be listening to the token.</param>
    public void Return(Deadline deadline, bool mayBeInUse)
    {
        if (!deadline.Stop())
        {
            deadline.Dispose();
            return;
        }

        if (mayBeInUse)
        {
            deadline.Abandon();
        }

        if (Interlocked.CompareExchange(ref _deadline, deadline, null) is null)
        {
            return;
        }

        if (_deadlines.Count < Capacity)
        {
            _deadlines.Enqueue(deadline);
        }
        else
        {
            deadline.Dispose();
        }
    }
}
