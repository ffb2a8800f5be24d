using Mesh.Client.LoadBalancing;
using Mesh.Client.Resilience;
using Mesh.Model;

using Microsoft.Extensions.Time.Testing;

namespace Mesh.Client.Tests.Resilience;

public sealed class EjectionStateTests
{
    private static readonly OutlierDetectionSettings s_settings = new() { EjectionJitter = 0 };

    private readonly FakeTimeProvider _time = new();
    private readonly Random _random = new(42);
    private readonly MeshClock _clock;
    private EjectionState _state;

    public EjectionStateTests()
    {
        _clock = new MeshClock(_time);
        _state = new EjectionState(_clock);
    }

    [Fact]
    public void Failures_in_a_row_ask_for_ejection()
    {
        Assert.Equal([false, false, false, false, true, true], Enumerable.Range(0, 6).Select(_ => _state.OnFailure(s_settings)));
        Assert.True(_state.IsReady);
    }

    [Fact]
    public void A_success_between_them_starts_the_count_again()
    {
        for (int failure = 0; failure < 4; failure++)
        {
            _state.OnFailure(s_settings);
        }

        _state.OnSuccess();

        Assert.Equal(0, _state.ConsecutiveFailures);
        Assert.False(_state.OnFailure(s_settings));
    }

    [Fact]
    public void No_number_of_failures_asks_for_it_when_it_is_off() =>
        Assert.DoesNotContain(true, Enumerable.Range(0, 100).Select(_ => _state.OnFailure(s_settings with { ConsecutiveErrors = 0 })));

    [Fact]
    public void An_ejected_endpoint_is_out_until_its_time_is_over()
    {
        Assert.Equal(TimeSpan.FromSeconds(1), Eject());
        Assert.False(_state.IsReady);
        Assert.Equal(1, _state.ConsecutiveEjections);

        _time.Advance(TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1));
        Assert.False(_state.IsProbeDue(_clock.Now));
        Assert.False(_state.TryBeginProbe(_clock.Now));

        _time.Advance(TimeSpan.FromTicks(1));
        Assert.True(_state.IsProbeDue(_clock.Now));
        Assert.False(_state.IsReady);
    }

    [Fact]
    public void It_cannot_be_ejected_twice()
    {
        Eject();

        Assert.False(_state.TryEject(_clock.Now, s_settings, _random, out TimeSpan duration));
        Assert.Equal(TimeSpan.Zero, duration);
        Assert.Equal(1, _state.ConsecutiveEjections);
    }

    [Fact]
    public void One_call_alone_is_the_probe()
    {
        EjectAndWait();

        Assert.True(_state.TryBeginProbe(_clock.Now));
        Assert.False(_state.TryBeginProbe(_clock.Now));
        Assert.False(_state.IsProbeDue(_clock.Now));
    }

    [Fact]
    public void A_ready_endpoint_has_no_probe()
    {
        Assert.False(_state.IsProbeDue(_clock.Now));
        Assert.False(_state.TryBeginProbe(_clock.Now));
    }

    [Fact]
    public void A_probe_that_succeeds_brings_it_back_with_a_clean_record()
    {
        _state.OnFailure(s_settings);
        EjectAndWait();
        _state.TryBeginProbe(_clock.Now);
        _state.OnProbeSuccess();

        Assert.True(_state.IsReady);
        Assert.Equal(0, _state.ConsecutiveFailures);
        Assert.Equal(0, _state.ConsecutiveEjections);
        Assert.Equal(TimeSpan.FromSeconds(1), Eject());
    }

    [Fact]
    public void Each_probe_that_fails_doubles_the_time()
    {
        TimeSpan duration = Eject();
        foreach (int seconds in new[] { 2, 4, 8, 16, 32, 60, 60 })
        {
            _time.Advance(duration);
            Assert.True(_state.TryBeginProbe(_clock.Now));
            duration = _state.OnProbeFailure(_clock.Now, s_settings, _random);
            Assert.Equal(TimeSpan.FromSeconds(seconds), duration);
            Assert.False(_state.IsProbeDue(_clock.Now));
        }
    }

    [Fact]
    public void A_probe_that_is_abandoned_leaves_its_place_to_the_next_call()
    {
        EjectAndWait();
        _state.TryBeginProbe(_clock.Now);
        _state.OnProbeAbandoned();

        Assert.False(_state.IsReady);
        Assert.True(_state.TryBeginProbe(_clock.Now));
        Assert.Equal(TimeSpan.FromSeconds(2), _state.OnProbeFailure(_clock.Now, s_settings, _random));
    }

    [Fact]
    public void Answers_to_earlier_calls_change_nothing_while_it_is_out()
    {
        _state.OnFailure(s_settings);
        Eject();
        AssertAnswersAreIgnored();
        _time.Advance(TimeSpan.FromSeconds(1));
        AssertAnswersAreIgnored();
        _state.TryBeginProbe(_clock.Now);
        AssertAnswersAreIgnored();
        _state.OnProbeSuccess();

        Assert.False(_state.OnFailure(s_settings));
        Assert.Equal(1, _state.ConsecutiveFailures);

        void AssertAnswersAreIgnored()
        {
            bool due = _state.IsProbeDue(_clock.Now);
            for (int answer = 0; answer < 10; answer++)
            {
                Assert.False(_state.OnFailure(s_settings));
                _state.OnSuccess();
            }

            Assert.False(_state.IsReady);
            Assert.Equal(due, _state.IsProbeDue(_clock.Now));
            Assert.Equal(1, _state.ConsecutiveFailures);
        }
    }

    [Fact]
    public void The_outcome_of_a_probe_that_is_not_there_changes_nothing()
    {
        Eject();
        _state.OnProbeSuccess();
        _state.OnProbeAbandoned();
        Assert.Equal(TimeSpan.Zero, _state.OnProbeFailure(_clock.Now, s_settings, _random));

        Assert.False(_state.IsReady);
        Assert.False(_state.IsProbeDue(_clock.Now));
        Assert.Equal(1, _state.ConsecutiveEjections);
    }

    [Fact]
    public void Jitter_spreads_the_times()
    {
        var seconds = new List<double>();
        for (int endpoint = 0; endpoint < 1_000; endpoint++)
        {
            new EjectionState(_clock).TryEject(_clock.Now, new OutlierDetectionSettings(), _random, out TimeSpan duration);
            seconds.Add(duration.TotalSeconds);
        }

        Assert.All(seconds, value => Assert.InRange(value, 1, 1.5));
        Assert.InRange(seconds.Average(), 1.23, 1.27);
        Assert.InRange(seconds.Max() - seconds.Min(), 0.48, 0.5);
    }

    [Fact]
    public async Task Of_threads_that_race_one_ejects()
    {
        EjectionState state = _state;
        int ejections = 0;
        await Race.RunAsync(
            prepare: () => (state, ejections) = (new EjectionState(_clock), 0),
            left: Eject,
            right: Eject,
            check: () => Assert.Equal((1, 1), (ejections, state.ConsecutiveEjections)));

        void Eject()
        {
            if (state.TryEject(_clock.Now, s_settings, Random.Shared, out TimeSpan _))
            {
                Interlocked.Increment(ref ejections);
            }
        }
    }

    [Fact]
    public async Task Of_threads_that_race_one_probes()
    {
        EjectAndWait();
        long now = _clock.Now;
        int probes = 0;
        await Race.RunAsync(
            prepare: () =>
            {
                _state.OnProbeAbandoned();
                probes = 0;
            },
            left: Probe,
            right: Probe,
            check: () => Assert.Equal(1, probes));

        void Probe()
        {
            if (_state.TryBeginProbe(now))
            {
                Interlocked.Increment(ref probes);
            }
        }
    }

    private TimeSpan Eject()
    {
        Assert.True(_state.TryEject(_clock.Now, s_settings, _random, out TimeSpan duration));
        return duration;
    }

    private void EjectAndWait() => _time.Advance(Eject());
}
