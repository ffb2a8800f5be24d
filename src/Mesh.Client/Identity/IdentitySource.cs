namespace Mesh.Client.Identity;

/// <summary>Holds the identity that a source of any kind has found last.</summary>
/// <param name="time">Tells whether it is past its time.</param>
internal abstract class IdentitySource(TimeProvider time) : IIdentitySource
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _firstTry = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<WorkloadIdentity> _there = NewPromise();
    private volatile WorkloadIdentity? _held;
    private volatile string? _trouble;

    public event Action? Changed;

    public WorkloadIdentity? Current => _held is { } held && held.NotAfter > Time.GetUtcNow() ? held : null;

    public string? Trouble => _held is { } held && held.NotAfter <= Time.GetUtcNow()
        ? $"The identity of this process, {held.Id}, was good until {held.NotAfter:u}. {_trouble ?? "It is being renewed."}"
        : _trouble;

    public virtual bool IsSomebody => _held is not null;

    public Task FirstTry => _firstTry.Task;

    /// <summary>Where it comes from, for people.</summary>
    public abstract string? Description { get; }

    protected TimeProvider Time { get; } = time;

    public async Task<WorkloadIdentity> WaitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task there;
            lock (_gate)
            {
                if (Current is { } current)
                {
                    return current;
                }

                // The one that was promised is past its time.
                _there = _there.Task.IsCompleted ? NewPromise() : _there;
                there = _there.Task;
            }

            await there.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>This one holds from now on.</summary>
    protected void Take(WorkloadIdentity identity)
    {
        Hold(identity);
        Tell();
    }

    /// <summary>The same, for one who has locks: all are told once it has let go of them.</summary>
    protected void Hold(WorkloadIdentity identity)
    {
        lock (_gate)
        {
            _held = identity;
            _trouble = null;
            _there.TrySetResult(identity);
        }

        _firstTry.TrySetResult();
    }

    /// <summary>Another one holds, or the one that was held is past its time since the last look.</summary>
    protected void Tell() => Changed?.Invoke();

    /// <summary>There is no other than the one that is held.</summary>
    protected void Fail(string why)
    {
        _trouble = why;
        _firstTry.TrySetResult();
    }

    private static TaskCompletionSource<WorkloadIdentity> NewPromise() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
