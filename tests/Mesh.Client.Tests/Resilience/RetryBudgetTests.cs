using CsCheck;

using Mesh.Client.LoadBalancing;
using Mesh.Client.Resilience;
using Mesh.Model;

using Microsoft.Extensions.Time.Testing;

namespace Mesh.Client.Tests.Resilience;

public sealed class RetryBudgetTests
{
    private static readonly RetryBudgetSettings s_unlimited = new() { Percent = 100, MinRetryConcurrency = int.MaxValue, MinRetriesPerSecond = 1_000_000 };
    private static readonly RetryBudgetSettings s_concurrency = s_unlimited with { Percent = 20, MinRetryConcurrency = 3 };
    private static readonly RetryBudgetSettings s_window = s_unlimited with { Percent = 20, MinRetriesPerSecond = 2 };

    private readonly FakeTimeProvider _time = new();
    private readonly MeshClock _clock;

    public RetryBudgetTests() => _clock = new MeshClock(_time);

    [Theory]
    [InlineData(0, 3)]
    [InlineData(15, 3)]
    [InlineData(19, 3)]
    [InlineData(20, 4)]
    [InlineData(24, 4)]
    [InlineData(25, 5)]
    [InlineData(1_000, 200)]
    public void Retries_in_flight_are_a_share_of_the_calls_in_flight(int activeCalls, int expected) =>
        Assert.Equal(expected, AcquireAll(Create(s_concurrency), activeCalls));

    [Fact]
    public void A_retry_that_ends_makes_room_for_another()
    {
        RetryBudget budget = Create(s_concurrency);
        AcquireAll(budget, activeCalls: 0);
        budget.Release();
        Assert.Equal(2, budget.ActiveRetries);

        Assert.Equal(1, AcquireAll(budget, activeCalls: 0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void No_more_retries_than_the_maximum_are_in_flight_whatever_the_budgets_allow(int max)
    {
        RetryBudget budget = Create(s_unlimited, max);

        Assert.Equal(max, AcquireAll(budget, activeCalls: 1_000));
    }

    [Fact]
    public void A_retry_that_the_maximum_refuses_is_not_counted_by_the_budgets()
    {
        RetryBudget budget = Create(s_window, maxActive: 1);
        for (int retry = 0; retry < 20; retry++)
        {
            Assert.Equal(1, AcquireAll(budget));
            budget.Release();
        }

        Assert.Equal(0, AcquireAll(budget));
    }

    [Fact]
    public void Another_maximum_holds_at_once()
    {
        RetryBudget budget = Create(s_unlimited, maxActive: 2);
        Assert.Equal(2, AcquireAll(budget, activeCalls: 1_000));

        budget.Update(s_unlimited, maxActive: 5);
        Assert.Equal(3, AcquireAll(budget, activeCalls: 1_000));

        // Those in flight beyond a lower one end by themselves.
        budget.Update(s_unlimited, maxActive: 4);
        budget.Release();
        Assert.Equal(0, AcquireAll(budget, activeCalls: 1_000));
        budget.Release();
        Assert.Equal(1, AcquireAll(budget, activeCalls: 1_000));
    }

    [Theory]
    [InlineData(0, 20)]
    [InlineData(4, 20)]
    [InlineData(5, 21)]
    [InlineData(1_000, 220)]
    public void Recent_retries_are_a_share_of_the_recent_calls_above_a_reserve(int calls, int expected)
    {
        RetryBudget budget = Create(s_window);
        Call(budget, calls);

        Assert.Equal(expected, AcquireAll(budget));
        Assert.Equal(expected, budget.ActiveRetries);
    }

    [Fact]
    public void Retries_that_have_ended_still_count_until_their_time_is_over()
    {
        RetryBudget budget = Create(s_window);
        for (int retry = AcquireAll(budget); retry > 0; retry--)
        {
            budget.Release();
        }

        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(0, AcquireAll(budget));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(20, AcquireAll(budget));
    }

    [Theory]
    [InlineData(0.01, 10_000, 1)]
    [InlineData(0.01, 9_999, 0)]
    [InlineData(29, 100, 29)]
    [InlineData(33.33, 10_000, 3_333)]
    [InlineData(0, 10_000, 0)]
    public void Percentages_are_exact(double percent, int calls, int expected)
    {
        RetryBudget budget = Create(s_unlimited with { Percent = (decimal)percent, MinRetriesPerSecond = 0 });
        Call(budget, calls);

        Assert.Equal(expected, AcquireAll(budget));
    }

    [Fact]
    public void Any_history_allows_what_a_simple_model_allows() =>
        Gen.Select(Gen.Int[0, 1_500], Gen.Int[0, 12], Gen.Int[0, 4], Gen.Int[0, 3]).Array[1, 120].Sample(history =>
        {
            var time = new FakeTimeProvider();
            var clock = new MeshClock(time);
            var settings = new RetryBudgetSettings { Percent = 25, MinRetryConcurrency = 1, MinRetriesPerSecond = 1, Ttl = TimeSpan.FromSeconds(5) };
            var budget = new RetryBudget(settings, maxActive: int.MaxValue, clock);
            var calls = new List<long>();
            var retries = new List<long>();
            int active = 0;
            long now = 0;
            foreach ((int pause, int recorded, int wanted, int ended) in history)
            {
                now += pause;
                time.Advance(TimeSpan.FromMilliseconds(pause));
                for (int call = 0; call < recorded; call++)
                {
                    budget.RecordCall(clock.Now);
                    calls.Add(now / 500);
                }

                for (int retry = 0; retry < wanted; retry++)
                {
                    int recent = retries.Count(span => span > (now / 500) - 10);
                    double allowed = (0.25 * calls.Count(span => span > (now / 500) - 10)) + 5;
                    bool expected = active + 1 <= Math.Max(1, 0.25 * recorded) && recent + 1 <= allowed;
                    Assert.Equal(expected, budget.TryAcquire(clock.Now, recorded));
                    if (expected)
                    {
                        active++;
                        retries.Add(now / 500);
                    }
                }

                for (int end = Math.Min(ended, active); end > 0; end--)
                {
                    budget.Release();
                    active--;
                }

                Assert.Equal(active, budget.ActiveRetries);
            }
        });

    [Fact]
    public void New_limits_apply_at_once_to_what_was_counted()
    {
        RetryBudget budget = Create(s_window);
        Call(budget, 100);
        Assert.Equal(40, AcquireAll(budget));

        budget.Update(s_window with { Percent = 50 }, maxActive: int.MaxValue);
        Assert.Equal(30, AcquireAll(budget));
        budget.Update(s_window with { Percent = 10 }, maxActive: int.MaxValue);
        Assert.Equal(0, AcquireAll(budget));
    }

    [Fact]
    public void Another_length_of_time_keeps_what_was_counted()
    {
        RetryBudget budget = Create(s_window);
        Call(budget, 100);
        Assert.Equal(40, AcquireAll(budget));
        _time.Advance(TimeSpan.FromSeconds(3));

        // Reserve 2/s · 60 s, and 20 % of the same 100 calls.
        budget.Update(s_window with { Ttl = TimeSpan.FromSeconds(60) }, maxActive: int.MaxValue);
        Assert.Equal(120 + 20 - 40, AcquireAll(budget));

        budget.Update(s_window with { Ttl = TimeSpan.FromSeconds(1) }, maxActive: int.MaxValue);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, AcquireAll(budget));
    }

    [Fact]
    public Task Of_retries_that_race_for_the_last_one_in_flight_one_gets_it() =>
        RaceForTheLast(s_unlimited with { Percent = 0, MinRetryConcurrency = 1 });

    [Fact]
    public Task Of_retries_that_race_for_the_last_one_at_all_one_gets_it() => RaceForTheLast(s_unlimited, maxActive: 1);

    [Fact]
    public Task Of_retries_that_race_for_the_last_one_of_the_window_one_gets_it() =>
        RaceForTheLast(s_unlimited with { Percent = 0, MinRetriesPerSecond = 1, Ttl = TimeSpan.FromSeconds(1) });

    [Fact]
    public void Recording_a_call_allocates_nothing()
    {
        RetryBudget budget = Create(s_window);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int call = 0; call < 1_000; call++)
        {
            budget.RecordCall(_clock.Now + (call * 1_000_000));
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private async Task RaceForTheLast(RetryBudgetSettings settings, int maxActive = int.MaxValue)
    {
        RetryBudget budget = Create(settings, maxActive);
        int acquired = 0;
        await Race.RunAsync(
            prepare: () => (budget, acquired) = (Create(settings, maxActive), 0),
            left: Acquire,
            right: Acquire,
            check: () => Assert.Equal((1, 1), (acquired, budget.ActiveRetries)));

        void Acquire()
        {
            if (budget.TryAcquire(_clock.Now, activeCalls: 0))
            {
                Interlocked.Increment(ref acquired);
            }
        }
    }

    private RetryBudget Create(RetryBudgetSettings settings, int maxActive = int.MaxValue) => new(settings, maxActive, _clock);

    private void Call(RetryBudget budget, int calls)
    {
        for (int call = 0; call < calls; call++)
        {
            budget.RecordCall(_clock.Now);
        }
    }

    private int AcquireAll(RetryBudget budget, int activeCalls = 0)
    {
        int acquired = 0;
        while (budget.TryAcquire(_clock.Now, activeCalls))
        {
            acquired++;
        }

        return acquired;
    }
}
