using System.Threading.Tasks.Sources;

namespace Mesh.Benchmarks.Terminals;

/// <summary>Lets one waiter pass each time it is opened; whoever opens it runs the waiter's continuation. Allocates nothing.</summary>
internal sealed class Gate : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _source;

    public ValueTask PassAsync() => new(this, _source.Version);

    public void Open() => _source.SetResult(true);

    void IValueTaskSource.GetResult(short token)
    {
        _source.GetResult(token);
        _source.Reset();
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
