using Mesh.Client.Resilience;
using Mesh.Model;

namespace Mesh.Client.Tests.Resilience;

public sealed class RetryPolicyTests
{
    private static readonly RetryPolicy s_default = new(new RetrySettings(), TimeProvider.System);

    [Theory]
    [InlineData(1, 25)]
    [InlineData(2, 50)]
    [InlineData(3, 100)]
    [InlineData(4, 200)]
    [InlineData(5, 250)]
    [InlineData(10, 250)]
    public void The_wait_is_uniform_between_zero_and_a_bound_that_doubles(int retry, int bound)
    {
        const int Draws = 10_000;
        double[] waits = [.. Enumerable.Range(0, Draws).Select(_ => s_default.Backoff(retry).TotalMilliseconds)];

        // Timers count whole milliseconds: a part of one would be no wait at all.
        Assert.All(waits, wait => Assert.Equal(Math.Clamp(Math.Round(wait), 1, bound), wait));

        // Five standard errors of the mean, and of the share in each fifth.
        double middle = (bound + 1) / 2.0;
        double error = Math.Sqrt(((bound * bound) - 1) / (12.0 * Draws));
        Assert.InRange(waits.Average(), middle - (5 * error), middle + (5 * error));
        foreach (IGrouping<int, double> fifth in waits.GroupBy(wait => (int)((wait - 1) * 5 / bound)))
        {
            Assert.InRange(fifth.Count(), 1800, 2200);
        }
    }

    [Fact]
    public async Task A_result_that_asks_for_no_more_is_given_back_as_it_is()
    {
        AttemptResult first = new() { Outcome = Outcomes.NoEndpoints };

        AttemptResult result = await s_default.RetryAsync(
            first, 0, static _ => throw new InvalidOperationException("Nobody asked for it."), TestContext.Current.CancellationToken);

        Assert.Equal(first, result);
    }

    [Fact]
    public async Task Attempts_follow_as_long_as_results_ask_for_them_and_no_longer_than_the_settings_allow()
    {
        RetryPolicy policy = new(new RetrySettings { Attempts = 3 }, TimeProvider.System);
        AttemptResult failed = new() { Outcome = Outcomes.Overflow, RetryAfter = TimeSpan.Zero };
        int[] attempts = [0, 0];

        AttemptResult always = await policy.RetryAsync(
            failed,
            (attempts, failed),
            static state => ValueTask.FromResult(state.failed with { Outcome = new Outcome { Reason = $"{++state.attempts[0]}" } }),
            TestContext.Current.CancellationToken);
        AttemptResult once = await policy.RetryAsync(
            failed,
            (attempts, failed),
            static state => ValueTask.FromResult(new AttemptResult { Outcome = new Outcome { Reason = $"{++state.attempts[1]}" } }),
            TestContext.Current.CancellationToken);

        Assert.Equal([3, 1], attempts);
        Assert.Equal(("3", "1"), (always.Outcome.Reason, once.Outcome.Reason));
    }
}
