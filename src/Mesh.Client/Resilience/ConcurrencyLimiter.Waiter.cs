namespace Mesh.Client.Resilience;

internal sealed partial class ConcurrencyLimiter
{
    /// <summary>A call in the queue. Whoever takes it out of the queue, or does not put it in, ends its wait; so that happens once.</summary>
    private sealed class Waiter : TaskCompletionSource<bool>
    {
        private readonly ConcurrencyLimiter _limiter;
        private readonly CancellationToken _cancellationToken;
        private readonly CancellationTokenRegistration _registration;

        public Waiter(ConcurrencyLimiter limiter, CancellationToken cancellationToken)
            : base(TaskCreationOptions.RunContinuationsAsynchronously)
        {
            _limiter = limiter;
            _cancellationToken = cancellationToken;
            Place = new LinkedListNode<Waiter>(this);
            _registration = cancellationToken.UnsafeRegister(static waiter => ((Waiter)waiter!).Abandon(), this);
        }

        public LinkedListNode<Waiter> Place { get; }

        /// <summary>Cancelled before it was put into the queue, or after it had left it.</summary>
        public bool IsAbandoned { get; set; }

        public void Complete(bool acquired)
        {
            _registration.Unregister();
            SetResult(acquired);
        }

        public void Cancel() => SetCanceled(_cancellationToken);

        private void Abandon() => _limiter.Abandon(this);
    }
}
