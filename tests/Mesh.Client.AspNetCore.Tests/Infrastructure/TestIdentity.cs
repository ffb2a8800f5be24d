using Mesh.Client.Identity;

namespace Mesh.Client.AspNetCore.Tests.Infrastructure;

/// <summary>Gives the identity that a test sets, when it sets it.</summary>
internal sealed class TestIdentity(WorkloadIdentity? first) : IIdentitySource
{
    private volatile WorkloadIdentity? _current = first;
    private volatile bool _isSomebody = first is not null;
    private TaskCompletionSource<WorkloadIdentity> _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _waiting;

    public event Action? Changed;

    public WorkloadIdentity? Current
    {
        get => _current;
        set
        {
            _current = value;
            if (value is not null)
            {
                _isSomebody = true;
                _next.TrySetResult(value);
                _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            Changed?.Invoke();
        }
    }

    public bool IsSomebody => _isSomebody;

    public Task FirstTry => Task.CompletedTask;

    public string? Trouble { get; set; }

    public string? Description => "a test";

    /// <summary>How many have come to wait.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    public Task<WorkloadIdentity> WaitAsync(CancellationToken cancellationToken)
    {
        Task<WorkloadIdentity> next = _next.Task;
        Interlocked.Increment(ref _waiting);
        return next.WaitAsync(cancellationToken);
    }
}
