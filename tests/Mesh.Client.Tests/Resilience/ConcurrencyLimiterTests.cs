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

    [Theory]
    [InlineData(1, 64)]
    [InlineData(3, 8)]
    [InlineData(7, 1_000)]
    public async Task Under_stress_no_slot_is_lost_no_limit_passed_and_every_wait_ends(int maxRequests, int maxPending)
    {
        const int Callers = 64;
        const int Calls = 500;
        var limiter = new ConcurrencyLimiter(maxRequests, maxPending);
        int active = 0, most = 0, acquired = 0, overflowed = 0, cancelled = 0;
        Task[] callers = [.. Enumerable.Range(0, Callers).Select(seed => Task.Run(() => CallAsync(new Random(seed))))];
        await Task.WhenAll(callers).WaitAsync(TimeSpan.FromSeconds(120), Cancelled);

        Assert.Equal((0, 0), (limiter.Active, limiter.Pending));
        Assert.Equal(Callers * Calls, acquired + overflowed + cancelled);
        Assert.InRange(most, 1, maxRequests);
        Assert.True(acquired > 0 && cancelled > 0 && (overflowed > 0) == (maxPending < Callers));
        Assert.Equal(maxRequests, Enumerable.Range(0, maxRequests + 1).Count(_ => limiter.TryAcquire()));

        async Task CallAsync(Random random)
        {
            for (int call = 0; call < Calls; call++)
            {
                using var cancellation = new CancellationTokenSource();
                ValueTask<bool> slot = limiter.AcquireAsync(cancellation.Token);

                // On the pool, so that it races with being served.
                Task cancelling = random.Next(4) == 0 ? Task.Run(cancellation.Cancel) : Task.CompletedTask;
                try
                {
                    await UseAsync(await slot, random);
                }
                catch (OperationCanceledException)
                {
                    Interlocked.Increment(ref cancelled);
                }

                await cancelling;
            }
        }

        async Task UseAsync(bool slot, Random random)
        {
            if (!slot)
            {
                Interlocked.Increment(ref overflowed);
                return;
            }

            int now = Interlocked.Increment(ref active);
            for (int seen = most; now > seen; seen = most)
            {
                Interlocked.CompareExchange(ref most, now, seen);
            }

            Interlocked.Increment(ref acquired);
            if (random.Next(2) == 0)
            {
                await Task.Yield();
            }

            Interlocked.Decrement(ref active);
            limiter.Release();
        }
    }

    [Fact]
    public async Task Limits_that_change_under_stress_leave_nobody_waiting()
    {
        var limiter = new ConcurrencyLimiter(4, 100);
        Task[] callers = [.. Enumerable.Range(0, 32).Select(_ => Task.Run(CallAsync))];
        Task all = Task.WhenAll(callers);
        var random = new Random(42);
        for (int change = 0; change < 2_000 || !all.IsCompleted; change++)
        {
            limiter.Update(random.Next(1, 8), 100);
            await Task.Yield();
            Assert.False(Cancelled.IsCancellationRequested);
        }

        await all.WaitAsync(s_bound, Cancelled);
        Assert.Equal((0, 0), (limiter.Active, limiter.Pending));

        async Task CallAsync()
        {
            for (int call = 0; call < 500; call++)
            {
                Assert.True(await limiter.AcquireAsync(Cancelled).AsTask().WaitAsync(s_bound, Cancelled));
                await Task.Yield();
                limiter.Release();
            }
        }
    }

    private static ConcurrencyLimiter Full(int maxPending)
    {
        var limiter = new ConcurrencyLimiter(1, maxPending);
        Assert.True(limiter.TryAcquire());
        return limiter;
    }
}
