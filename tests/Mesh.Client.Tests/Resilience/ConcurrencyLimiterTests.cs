using System.Runtime.CompilerServices;

using Mesh.Client.Resilience;

namespace Mesh.Client.Tests.Resilience;

public sealed class ConcurrencyLimiterTests
{
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void Slots_are_taken_up_to_the_limit_and_given_back()
    {
        var limiter = new ConcurrencyLimiter(2, 0);
        Assert.Equal([true, true, false], [limiter.TryAcquire(), limiter.TryAcquire(), limiter.TryAcquire()]);
        Assert.Equal(2, limiter.Active);

        limiter.Release();

        Assert.Equal(1, limiter.Active);
        Assert.True(limiter.TryAcquire());
    }

    [Fact]
    public void A_free_slot_is_had_without_waiting()
    {
        var limiter = new ConcurrencyLimiter(1, 0);
        ValueTask<bool> acquired = limiter.AcquireAsync(Cancelled);

        Assert.True(acquired.IsCompletedSuccessfully);
        Assert.Equal(1, limiter.Active);
    }

    [Fact]
    public async Task Waiters_are_served_in_the_order_they_came()
    {
        ConcurrencyLimiter limiter = Full(maxPending: 5);
        Task<bool>[] waiters = [.. Enumerable.Range(0, 5).Select(_ => limiter.AcquireAsync(Cancelled).AsTask())];
        Assert.Equal(5, limiter.Pending);

        for (int served = 0; served < waiters.Length; served++)
        {
            Assert.Equal(served, waiters.Count(waiter => waiter.IsCompleted));
            limiter.Release();
            Assert.True(await waiters[served].WaitAsync(s_bound, Cancelled));
            Assert.Equal((1, waiters.Length - served - 1), (limiter.Active, limiter.Pending));
        }
    }

    [Fact]
    public async Task One_that_comes_too_many_is_told_at_once()
    {
        ConcurrencyLimiter limiter = Full(maxPending: 1);
        ValueTask<bool> waiter = limiter.AcquireAsync(Cancelled);
        ValueTask<bool> overflow = limiter.AcquireAsync(Cancelled);

        Assert.True(overflow.IsCompletedSuccessfully);
        Assert.False(await overflow);
        Assert.False(waiter.IsCompleted);
        Assert.Equal((1, 1), (limiter.Active, limiter.Pending));
    }

    [Fact]
    public async Task A_waiter_that_is_cancelled_leaves_the_queue()
    {
        ConcurrencyLimiter limiter = Full(maxPending: 3);
        using var cancellation = new CancellationTokenSource();
        ValueTask<bool> first = limiter.AcquireAsync(Cancelled);
        ValueTask<bool> second = limiter.AcquireAsync(cancellation.Token);
        ValueTask<bool> third = limiter.AcquireAsync(Cancelled);

        await cancellation.CancelAsync();
        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await second);
        Assert.Equal(cancellation.Token, exception.CancellationToken);
        Assert.Equal(2, limiter.Pending);

        limiter.Release();
        Assert.True(await first.AsTask().WaitAsync(s_bound, Cancelled));
        limiter.Release();
        Assert.True(await third.AsTask().WaitAsync(s_bound, Cancelled));
    }

    [Fact]
    public async Task A_call_that_is_cancelled_already_does_not_wait()
    {
        ConcurrencyLimiter limiter = Full(maxPending: 1);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await limiter.AcquireAsync(new CancellationToken(true)));
        Assert.Equal((1, 0), (limiter.Active, limiter.Pending));
    }

    [Fact]
    public async Task Cancelling_after_the_slot_was_had_changes_nothing()
    {
        ConcurrencyLimiter limiter = Full(maxPending: 1);
        using var cancellation = new CancellationTokenSource();
        ValueTask<bool> waiter = limiter.AcquireAsync(cancellation.Token);
        limiter.Release();
        await cancellation.CancelAsync();

        Assert.True(await waiter);
        Assert.Equal((1, 0), (limiter.Active, limiter.Pending));
    }

    [Fact]
    public void A_wait_that_is_over_is_not_held_by_the_token_it_could_have_been_cancelled_with()
    {
        using var longLived = new CancellationTokenSource();
        WeakReference wait = WaitOnce(longLived.Token);
        GC.Collect();

        Assert.False(wait.IsAlive);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference WaitOnce(CancellationToken cancellationToken)
        {
            ConcurrencyLimiter limiter = Full(maxPending: 1);
            Task<bool> wait = limiter.AcquireAsync(cancellationToken).AsTask();
            limiter.Release();
            Assert.True(wait.IsCompletedSuccessfully);
            return new WeakReference(wait);
        }
    }

    [Fact]
    public void Nobody_gets_past_a_waiter()
    {
        ConcurrencyLimiter limiter = Full(maxPending: 1);
        ValueTask<bool> waiter = limiter.AcquireAsync(Cancelled);
        limiter.Release();

        Assert.False(limiter.TryAcquire());
        Assert.True(waiter.IsCompleted);
    }

    [Fact]
    public async Task What_follows_on_a_wait_does_not_run_inside_the_release()
    {
        ConcurrencyLimiter limiter = Full(maxPending: 1);
        using var released = new ManualResetEventSlim();
        Task<bool> follower = limiter.AcquireAsync(Cancelled).AsTask().ContinueWith(
            _ => released.Wait(s_bound), Cancelled, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        limiter.Release();
        released.Set();

        Assert.True(await follower.WaitAsync(s_bound, Cancelled));
    }

    [Fact]
    public async Task A_thread_may_block_on_the_wait()
    {
        ConcurrencyLimiter limiter = Full(maxPending: 1);
        Task<bool> blocked = Task.Factory.StartNew(
            () => limiter.AcquireAsync(Cancelled).AsTask().GetAwaiter().GetResult(),
            Cancelled,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        Assert.True(SpinWait.SpinUntil(() => limiter.Pending == 1, s_bound));
        limiter.Release();

        Assert.True(await blocked.WaitAsync(s_bound, Cancelled));
    }

    [Fact]
    public async Task A_higher_limit_serves_those_who_wait()
    {
        ConcurrencyLimiter limiter = Full(maxPending: 3);
        Task<bool>[] waiters = [.. Enumerable.Range(0, 3).Select(_ => limiter.AcquireAsync(Cancelled).AsTask())];
        limiter.Update(maxRequests: 3, maxPending: 3);

        await Task.WhenAll(waiters[..2]).WaitAsync(s_bound, Cancelled);
        Assert.False(waiters[2].IsCompleted);
        Assert.Equal((3, 1), (limiter.Active, limiter.Pending));
    }

    [Fact]
    public async Task A_lower_limit_holds_once_calls_have_ended()
    {
        var limiter = new ConcurrencyLimiter(3, 1);
        Assert.Equal([true, true, true], [limiter.TryAcquire(), limiter.TryAcquire(), limiter.TryAcquire()]);
        Task<bool> waiter = limiter.AcquireAsync(Cancelled).AsTask();
        limiter.Update(maxRequests: 1, maxPending: 0);

        Assert.False(await limiter.AcquireAsync(Cancelled));
        limiter.Release();
        limiter.Release();
        Assert.Equal((1, 1), (limiter.Active, limiter.Pending));
        limiter.Release();
        Assert.True(await waiter.WaitAsync(s_bound, Cancelled));
        Assert.Equal((1, 0), (limiter.Active, limiter.Pending));
    }

    [Fact]
    public void Releasing_what_was_not_acquired_is_a_fault()
    {
        var limiter = new ConcurrencyLimiter(1, 1);

        Assert.Throws<InvalidOperationException>(limiter.Release);
        Assert.Equal((0, 0), (limiter.Active, limiter.Pending));
        Assert.True(limiter.TryAcquire());
    }

    [Fact]
    public void Taking_a_free_slot_allocates_nothing()
    {
        var limiter = new ConcurrencyLimiter(1, 1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int call = 0; call < 1_000; call++)
        {
            ValueTask<bool> acquired = limiter.AcquireAsync(CancellationToken.None);
            Assert.True(acquired.IsCompletedSuccessfully);
            limiter.Release();
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static ConcurrencyLimiter Full(int maxPending)
    {
        var limiter = new ConcurrencyLimiter(1, maxPending);
        Assert.True(limiter.TryAcquire());
        return limiter;
    }
}
