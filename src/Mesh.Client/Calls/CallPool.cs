using System.Collections.Concurrent;
using Mesh.Client.Runtime;

namespace Mesh.Client.Calls;

/// <summary>Call objects for the next calls to use.</summary>
internal sealed class CallPool(MeshRuntime runtime)
{
    private const int Capacity = 512;

    private readonly ConcurrentQueue<Call> _calls = new();
    private Call? _call;

    public MeshRuntime Runtime => runtime;

    // One object in a field of its own serves callers that come one after the other without the queue's cost.
    public Call Rent() => Interlocked.Exchange(ref _call, null) ?? (_calls.TryDequeue(out Call? call) ? call : new Call(this));

    public void Return(Call call)
    {
        if (Interlocked.CompareExchange(ref _call, call, null) is not null && _calls.Count < Capacity)
        {
            _calls.Enqueue(call);
        }
    }
}
