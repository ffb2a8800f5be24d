using Mesh.Client.Resilience;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Client.Tests.Resilience;

public sealed class DeadlineTests : IDisposable
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly Deadline _deadline;
    private readonly CancellationTokenSource _caller = new();

    public DeadlineTests() => _deadline = new Deadline(_time);

    public void Dispose()
    {
        _deadline.Dispose();
        _caller.Dispose();
    }

    [Fact]
    public void The_token_is_cancelled_when_the_calls_time_is_over_and_not_before()
    {
        Start(s_second);
        StartAttempt(null);
        CancellationToken token = _deadline.Token;

        _time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(token.IsCancellationRequested);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.True(token.IsCancellationRequested);
        Assert.True(_deadline.TotalIsOver);
        Assert.False(_deadline.AttemptIsOver);
    }

    [Fact]
    public void The_watcher_is_told_before_the_token()
    {
        List<string> told = [];
        Start(s_second);
        StartAttempt(null);
        using CancellationTokenRegistration registration = _deadline.Token.Register(() => told.Add("token"));
        _deadline.EndAttempt();
        _deadline.Watch(new Watcher(told));

        _time.Advance(s_second);

        Assert.Equal(["watcher", "token"], told);
    }

    [Fact]
    public void A_watcher_that_comes_too_late_is_told_at_once()
    {
        List<string> told = [];
        Start(s_second);
        StartAttempt(null);
        _time.Advance(s_second);

        _deadline.Watch(new Watcher(told));

        Assert.Equal(["watcher"], told);
    }

    [Fact]
    public void An_attempts_end_leaves_the_next_a_token_of_its_own()
    {
        Start(10 * s_second);
        StartAttempt(s_second);
        CancellationToken first = _deadline.Token;
        _time.Advance(s_second);
        Assert.True(first.IsCancellationRequested);
        Assert.True(_deadline.AttemptIsOver);
        Assert.False(_deadline.TotalIsOver);

        _deadline.EndAttempt();
        Assert.False(_deadline.Token.IsCancellationRequested);
        StartAttempt(s_second);
        Assert.False(_deadline.AttemptIsOver);
        _time.Advance(s_second);

        Assert.True(_deadline.Token.IsCancellationRequested);
        Assert.True(_deadline.AttemptIsOver);
    }

    [Fact]
    public void An_attempt_that_ended_in_time_is_not_cut_by_its_own()
    {
        Start(10 * s_second);
        StartAttempt(s_second);
        _deadline.EndAttempt();
        CancellationToken body = _deadline.Token;

        _time.Advance(9 * s_second);
        Assert.False(body.IsCancellationRequested);
        _time.Advance(s_second);

        Assert.True(body.IsCancellationRequested);
        Assert.True(_deadline.TotalIsOver);
    }

    [Fact]
    public void The_shorter_of_both_times_counts()
    {
        Start(s_second);
        StartAttempt(5 * s_second);

        _time.Advance(s_second);

        Assert.True(_deadline.TotalIsOver);
        Assert.False(_deadline.AttemptIsOver);
    }

    [Fact]
    public void Time_runs_while_the_call_waits_for_its_first_attempt()
    {
        Start(s_second);
        _deadline.StartWaiting();

        _time.Advance(s_second);

        Assert.True(_deadline.Token.IsCancellationRequested);
        Assert.True(_deadline.TotalIsOver);
    }

    [Fact]
    public void The_caller_cancels_the_token_of_every_attempt()
    {
        Start(10 * s_second);
        StartAttempt(s_second);
        _time.Advance(s_second);
        _deadline.EndAttempt();

        _caller.Cancel();

        Assert.True(_deadline.Token.IsCancellationRequested);
        Assert.False(_deadline.TotalIsOver);
        Assert.False(_deadline.Stop(mayBeHeard: false));
    }

    [Fact]
    public void A_caller_that_cancelled_before_the_next_attempt_cancels_that_too()
    {
        Start(10 * s_second);
        StartAttempt(s_second);
        _time.Advance(s_second);
        _caller.Cancel();

        _deadline.EndAttempt();

        Assert.True(_deadline.Token.IsCancellationRequested);
    }

    [Fact]
    public void Remaining_time_is_what_is_left_of_the_call()
    {
        Start(10 * s_second);
        _time.Advance(3 * s_second);
        Assert.Equal(7 * s_second, _deadline.Remaining(_time.GetTimestamp()));
        Assert.True(_deadline.Stop(mayBeHeard: false));

        Start(null);
        Assert.Null(_deadline.Remaining(_time.GetTimestamp()));
    }

    [Fact]
    public void The_next_call_is_not_cut_by_the_time_of_the_last()
    {
        Start(s_second);
        StartAttempt(null);
        Assert.True(_deadline.Stop(mayBeHeard: false));
        Start(10 * s_second);
        StartAttempt(null);

        _time.Advance(9 * s_second);
        Assert.False(_deadline.Token.IsCancellationRequested);
        _time.Advance(s_second);

        Assert.True(_deadline.Token.IsCancellationRequested);
    }

    [Fact]
    public void The_next_call_may_have_less_time_than_the_last()
    {
        Start(10 * s_second);
        StartAttempt(null);
        Assert.True(_deadline.Stop(mayBeHeard: false));
        Start(s_second);
        StartAttempt(null);

        _time.Advance(s_second);

        Assert.True(_deadline.TotalIsOver);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_call_that_ran_out_of_time_leaves_nothing_to_use_again(bool mayBeHeard)
    {
        Start(s_second);
        StartAttempt(null);
        _time.Advance(s_second);

        Assert.False(_deadline.Stop(mayBeHeard));
    }

    [Fact]
    public void What_still_listens_to_the_last_calls_token_does_not_hear_of_the_next()
    {
        Start(s_second);
        StartAttempt(null);
        bool isTold = false;
        using CancellationTokenRegistration upload = _deadline.Token.Register(() => isTold = true);
        Assert.True(_deadline.Stop(mayBeHeard: true));

        Start(s_second);
        StartAttempt(null);
        _time.Advance(s_second);

        Assert.True(_deadline.TotalIsOver);
        Assert.False(isTold);
    }

    [Fact]
    public void An_attempt_that_ran_out_of_time_leaves_the_deadline_to_the_next_call()
    {
        Start(10 * s_second);
        StartAttempt(s_second);
        _time.Advance(s_second);
        _deadline.EndAttempt();
        Assert.True(_deadline.Stop(mayBeHeard: false));

        Start(s_second);
        StartAttempt(null);
        Assert.False(_deadline.Token.IsCancellationRequested);
        _time.Advance(s_second);

        Assert.True(_deadline.TotalIsOver);
    }

    /// <summary>Either the attempt ended first, and its token stays whole, or the time did, and the next attempt has a new one.</summary>
    [Fact]
    public async Task An_attempt_that_ends_at_its_deadline_leaves_a_whole_token()
    {
        Deadline deadline = null!;
        FakeTimeProvider time = null!;
        await Race.RunAsync(
            prepare: () =>
            {
                time = new FakeTimeProvider();
                deadline = new Deadline(time);
                deadline.Start(time.GetTimestamp(), 10 * s_second, CancellationToken.None);
                deadline.StartAttempt(time.GetTimestamp(), s_second);
            },
            left: () => deadline.EndAttempt(),
            right: () => time.Advance(s_second),
            check: () =>
            {
                Assert.False(deadline.AttemptIsOver);
                Assert.False(deadline.Token.IsCancellationRequested);
                time.Advance(9 * s_second);
                Assert.True(deadline.TotalIsOver);
                Assert.True(deadline.Token.IsCancellationRequested);
                Assert.False(deadline.Stop(mayBeHeard: false));
                deadline.Dispose();
            });
    }

    /// <summary>Whoever comes first: a call that stopped in time leaves an object that serves the next one for its whole time.</summary>
    [Fact]
    public async Task A_call_that_stops_at_its_deadline_does_not_cut_the_next_one()
    {
        Deadline deadline = null!;
        FakeTimeProvider time = null!;
        Watcher watcher = null!;
        bool isFree = false;
        await Race.RunAsync(
            prepare: () =>
            {
                time = new FakeTimeProvider();
                deadline = new Deadline(time);
                watcher = new Watcher([]);
                deadline.Start(time.GetTimestamp(), s_second, CancellationToken.None);
                deadline.StartAttempt(time.GetTimestamp(), null);
                deadline.EndAttempt();
                deadline.Watch(watcher);
            },
            left: () => isFree = deadline.Stop(mayBeHeard: false),
            right: () => time.Advance(s_second),
            check: () =>
            {
                if (isFree)
                {
                    Assert.Empty(watcher.Told);
                    deadline.Start(time.GetTimestamp(), s_second, CancellationToken.None);
                    deadline.StartAttempt(time.GetTimestamp(), null);
                    time.Advance(s_second - TimeSpan.FromMilliseconds(1));
                    Assert.False(deadline.Token.IsCancellationRequested);
                    time.Advance(TimeSpan.FromMilliseconds(1));
                    Assert.True(deadline.Token.IsCancellationRequested);
                }

                deadline.Dispose();
            });
    }

    /// <summary>However the end of the time and the watcher's coming fall together, the watcher is told.</summary>
    [Fact]
    public async Task A_watcher_that_comes_at_the_deadline_is_told()
    {
        Deadline deadline = null!;
        FakeTimeProvider time = null!;
        Watcher watcher = null!;
        await Race.RunAsync(
            prepare: () =>
            {
                time = new FakeTimeProvider();
                deadline = new Deadline(time);
                watcher = new Watcher([]);
                deadline.Start(time.GetTimestamp(), s_second, CancellationToken.None);
                deadline.StartAttempt(time.GetTimestamp(), null);
            },
            left: () => deadline.Watch(watcher),
            right: () => time.Advance(s_second),
            check: () =>
            {
                Assert.NotEmpty(watcher.Told);
                deadline.Dispose();
            });
    }

    /// <summary>The caller cancels while an attempt's spent token is being replaced: the new one is cancelled.</summary>
    [Fact]
    public async Task A_caller_that_cancels_between_two_attempts_cancels_the_second()
    {
        Deadline deadline = null!;
        FakeTimeProvider time = null!;
        CancellationTokenSource caller = null!;
        await Race.RunAsync(
            prepare: () =>
            {
                time = new FakeTimeProvider();
                deadline = new Deadline(time);
                caller = new CancellationTokenSource();
                deadline.Start(time.GetTimestamp(), 10 * s_second, caller.Token);
                deadline.StartAttempt(time.GetTimestamp(), s_second);
                time.Advance(s_second);
            },
            left: () => deadline.EndAttempt(),
            right: () => caller.Cancel(),
            check: () =>
            {
                Assert.True(deadline.Token.IsCancellationRequested);
                Assert.False(deadline.Stop(mayBeHeard: false));
                deadline.Dispose();
                caller.Dispose();
            });
    }

    private void Start(TimeSpan? total) => _deadline.Start(_time.GetTimestamp(), total, _caller.Token);

    private void StartAttempt(TimeSpan? limit) => _deadline.StartAttempt(_time.GetTimestamp(), limit);

    private sealed class Watcher(List<string> told) : IDeadlineWatcher
    {
        public IReadOnlyList<string> Told => told;

        public void OnTimeOver() => told.Add("watcher");
    }
}
