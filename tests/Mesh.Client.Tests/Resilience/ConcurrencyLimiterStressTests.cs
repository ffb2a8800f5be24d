using Mesh.Client.Resilience;

namespace Mesh.Client.Tests.Resilience;

public sealed class ConcurrencyLimiterStressTests
{
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

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

        // How many had to wait, and so could be cancelled or refused, is the scheduler's choice.
        Assert.True(acquired > 0 && (overflowed == 0 || maxPending < Callers));
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

    [Fact]
    public async Task Nobody_gets_past_a_waiter_that_is_just_being_served()
    {
        var limiter = new ConcurrencyLimiter(1, 1);
        Task<bool> waiter = Task.FromResult(true);
        bool gotPast = false;
        await Race.RunAsync(
            prepare: () =>
            {
                limiter = new ConcurrencyLimiter(1, 1);
                Assert.True(limiter.TryAcquire());
                waiter = limiter.AcquireAsync(Cancelled).AsTask();
            },
            left: () => gotPast = limiter.TryAcquire(),
            right: () => limiter.Release(),
            check: () => Assert.Equal((false, true, 1, 0), (gotPast, waiter.IsCompletedSuccessfully, limiter.Active, limiter.Pending)));
    }

    [Fact]
    public async Task A_slot_that_is_released_while_somebody_starts_to_wait_is_not_lost()
    {
        var limiter = new ConcurrencyLimiter(1, 1);
        await Race.RunAsync(prepare: () => { }, left: Call, right: Call, check: () => Assert.Equal((0, 0), (limiter.Active, limiter.Pending)));

        void Call()
        {
            for (int call = 0; call < 20; call++)
            {
                Task<bool> slot = limiter.AcquireAsync(Cancelled).AsTask();
                Assert.True(SpinWait.SpinUntil(() => slot.IsCompleted, s_bound));
                limiter.Release();
            }
        }
    }

    [Fact]
    public async Task A_wait_that_is_cancelled_while_it_is_served_ends_one_way_or_the_other()
    {
        var limiter = new ConcurrencyLimiter(1, 1);
        var cancellation = new CancellationTokenSource();
        Task<bool> waiter = Task.FromResult(true);
        await Race.RunAsync(
            prepare: () =>
            {
                limiter = new ConcurrencyLimiter(1, 1);
                cancellation = new CancellationTokenSource();
                Assert.True(limiter.TryAcquire());
                waiter = limiter.AcquireAsync(cancellation.Token).AsTask();
            },
            left: () => limiter.Release(),
            right: () => cancellation.Cancel(),
            check: () => Assert.Equal(
                (true, waiter.IsCanceled ? 0 : 1, 0), (waiter.IsCompleted, limiter.Active, limiter.Pending)));
    }
}
