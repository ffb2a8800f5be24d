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
        _deadline.Watch(state => ((List<string>)state).Add("watcher"), told);

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

        _deadline.Watch(state => ((List<string>)state).Add("watcher"), told);

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
        Assert.False(_deadline.Stop());
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
        Assert.True(_deadline.Stop());

        Start(null);
        Assert.Null(_deadline.Remaining(_time.GetTimestamp()));
    }

    [Fact]
    public void The_next_call_is_not_cut_by_the_time_of_the_last()
    {
        Start(s_second);
        StartAttempt(null);
        Assert.True(_deadline.Stop());
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
        Assert.True(_deadline.Stop());
        Start(s_second);
        StartAttempt(null);

        _time.Advance(s_second);

        Assert.True(_deadline.TotalIsOver);
    }

    [Fact]
    public void A_call_that_ran_out_of_time_leaves_the_next_a_fresh_token()
    {
        Start(s_second);
        StartAttempt(null);
        _time.Advance(s_second);
        _deadline.Stop();
        Start(s_second);

        Assert.False(_deadline.Token.IsCancellationRequested);
        Assert.False(_deadline.TotalIsOver);
    }

    private void Start(TimeSpan? total) => _deadline.Start(_time.GetTimestamp(), total, _caller.Token);

    private void StartAttempt(TimeSpan? limit) => _deadline.StartAttempt(_time.GetTimestamp(), limit);
}
