using CsCheck;

using Mesh.Client.LoadBalancing;

using Microsoft.Extensions.Time.Testing;

namespace Mesh.Client.Tests.LoadBalancing;

public sealed class PeakEwmaTests
{
    private static readonly TimeSpan s_tau = TimeSpan.FromSeconds(10);
    private static readonly Decay s_decay = new(s_tau);

    private readonly FakeTimeProvider _time = new();
    private readonly MeshClock _clock;

    public PeakEwmaTests() => _clock = new MeshClock(_time);

    [Fact]
    public void The_first_sample_replaces_the_seed()
    {
        var latency = new PeakEwma(_clock, TimeSpan.FromMilliseconds(80));
        Assert.False(latency.HasSample);
        AssertEstimate(0.080, ref latency);
        _time.Advance(TimeSpan.FromMinutes(1));
        AssertEstimate(0.080, ref latency);

        Observe(ref latency, 20);

        Assert.True(latency.HasSample);
        AssertEstimate(0.020, ref latency);
    }

    [Fact]
    public void Once_reset_the_next_sample_is_the_first()
    {
        var latency = new PeakEwma(_clock);
        latency.ObserveFailure(_clock.Now, s_decay);

        latency.Reset();
        Assert.False(latency.HasSample);
        Observe(ref latency, 20);

        AssertEstimate(0.020, ref latency);
    }

    [Fact]
    public void The_next_answer_takes_the_place_of_one_that_came_cold()
    {
        var latency = new PeakEwma(_clock);
        latency.Observe(TimeSpan.FromMilliseconds(300), _clock.Now, s_decay, isCold: true);
        Assert.True(latency.HasSample);
        Assert.False(latency.IsProven);
        AssertEstimate(0.300, ref latency);

        Observe(ref latency, 2);

        Assert.True(latency.IsProven);
        AssertEstimate(0.002, ref latency);
    }

    [Fact]
    public void A_failure_counts_though_the_answer_before_it_came_cold()
    {
        var latency = new PeakEwma(_clock);
        latency.Observe(TimeSpan.FromMilliseconds(300), _clock.Now, s_decay, isCold: true);
        latency.ObserveFailure(_clock.Now, s_decay);

        Observe(ref latency, 2);

        AssertEstimate(5, ref latency);
    }

    [Fact]
    public void An_answer_that_comes_cold_changes_nothing_that_is_known_better()
    {
        var latency = new PeakEwma(_clock);
        Observe(ref latency, 2);
        latency.Observe(TimeSpan.FromMilliseconds(300), _clock.Now, s_decay, isCold: true);

        Assert.True(latency.IsProven);
        AssertEstimate(0.300, ref latency);
    }

    [Fact]
    public void Jumps_up_to_a_peak_at_once()
    {
        var latency = new PeakEwma(_clock);
        Observe(ref latency, 10);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Observe(ref latency, 500);

        AssertEstimate(0.500, ref latency);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(156)]
    [InlineData(157)]
    [InlineData(1_000)]
    [InlineData(10_000)]
    [InlineData(60_000)]
    public void A_reading_decays_by_the_formula_and_changes_nothing(double milliseconds)
    {
        var latency = new PeakEwma(_clock);
        Observe(ref latency, 1_000);
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));

        AssertEstimate(Math.Exp(-milliseconds / 10_000), ref latency);
        AssertEstimate(Math.Exp(-milliseconds / 10_000), ref latency);
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(10)]
    [InlineData(2_500)]
    [InlineData(30_000)]
    public void A_sample_below_the_estimate_is_mixed_in_by_the_formula(double milliseconds)
    {
        var latency = new PeakEwma(_clock);
        Observe(ref latency, 1_000);
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        Observe(ref latency, 10);

        double left = Math.Exp(-milliseconds / 10_000);
        AssertEstimate((1.0 * left) + (0.010 * (1 - left)), ref latency);
    }

    [Fact]
    public void Any_history_gives_what_the_formula_gives() =>
        Gen.Select(Gen.Int[1, 50_000], Gen.Int[1, 20_000]).Array[1, 100].Sample(history =>
        {
            var time = new FakeTimeProvider();
            var clock = new MeshClock(time);
            var latency = new PeakEwma(clock);
            double expected = 0;
            foreach ((int pause, int sample) in history)
            {
                time.Advance(TimeSpan.FromMilliseconds(pause * 0.2));
                latency.Observe(TimeSpan.FromMilliseconds(sample * 0.1), clock.Now, s_decay);

                double left = expected == 0 ? 0 : Math.Exp(-pause * 0.2 / 10_000);
                double seconds = sample * 1e-4;
                expected = seconds > expected * left ? seconds : (expected * left) + (seconds * (1 - left));
            }

            Assert.Equal(1, latency.Read(clock.Now, s_decay) / expected, 5e-6);
        });

    [Fact]
    public void Samples_that_come_too_close_to_weigh_anything_are_not_lost_in_rounding()
    {
        // With a time constant of an hour, one sample each 0.1 ms has a share below a float's precision.
        var hour = new Decay(TimeSpan.FromHours(1));
        var latency = new PeakEwma(_clock);
        latency.Observe(TimeSpan.FromSeconds(1), _clock.Now, hour);
        for (int sample = 0; sample < 1_000_000; sample++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(0.1));
            latency.Observe(TimeSpan.FromMilliseconds(10), _clock.Now, hour);
        }

        double left = Math.Exp(-100.0 / 3600);
        Assert.Equal(1, latency.Read(_clock.Now, hour) / (left + (0.010 * (1 - left))), 1e-3);
    }

    [Fact]
    public void An_endpoint_left_idle_for_days_is_thought_fast_but_never_free()
    {
        var latency = new PeakEwma(_clock);
        Observe(ref latency, 300_000);
        for (int hour = 1; hour < 24 * 4; hour++)
        {
            _time.Advance(TimeSpan.FromHours(1));
            AssertEstimate(1e-9, ref latency);
        }
    }

    [Fact]
    public void The_formula_holds_across_the_end_of_the_stamps()
    {
        TimeSpan untilTheEnd = TimeSpan.FromMilliseconds((uint.MaxValue - _clock.ToStamp(_clock.Now)) / 10.0);
        _time.Advance(untilTheEnd - TimeSpan.FromSeconds(1));
        var latency = new PeakEwma(_clock);
        Observe(ref latency, 1_000);
        uint before = _clock.ToStamp(_clock.Now);
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.True(_clock.ToStamp(_clock.Now) < before);
        AssertEstimate(Math.Exp(-0.5), ref latency);
        Observe(ref latency, 100);
        AssertEstimate(Math.Exp(-0.5) + (0.100 * (1 - Math.Exp(-0.5))), ref latency);
    }

    [Fact]
    public void A_thread_that_was_overtaken_does_not_turn_the_clock_back()
    {
        var latency = new PeakEwma(_clock);
        long early = _clock.Now;
        _time.Advance(TimeSpan.FromSeconds(30));
        Observe(ref latency, 100);

        latency.Observe(TimeSpan.FromMilliseconds(200), early, s_decay);
        AssertEstimate(0.200, ref latency);
        latency.Observe(TimeSpan.FromMilliseconds(50), early, s_decay);
        AssertEstimate(0.200, ref latency);
        Assert.Equal(0.200, latency.Read(early, s_decay), 1e-6);
    }

    [Fact]
    public void A_call_given_up_only_raises_the_estimate()
    {
        var latency = new PeakEwma(_clock, TimeSpan.FromMilliseconds(50));
        latency.ObserveAtLeast(TimeSpan.FromMilliseconds(40), _clock.Now, s_decay);
        Assert.False(latency.HasSample);
        AssertEstimate(0.050, ref latency);

        latency.ObserveAtLeast(TimeSpan.FromMilliseconds(60), _clock.Now, s_decay);
        Assert.True(latency.HasSample);
        AssertEstimate(0.060, ref latency);

        _time.Advance(TimeSpan.FromSeconds(5));
        double projected = 0.060 * Math.Exp(-0.5);
        latency.ObserveAtLeast(TimeSpan.FromMilliseconds(36), _clock.Now, s_decay);
        AssertEstimate(projected, ref latency);
        latency.ObserveAtLeast(TimeSpan.FromMilliseconds(37), _clock.Now, s_decay);
        AssertEstimate(0.037, ref latency);
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(4, 5)]
    [InlineData(30, 30)]
    [InlineData(300, 300)]
    [InlineData(3_000, 300)]
    public void A_failure_counts_as_its_penalty_or_the_servers_wish(int retryAfterSeconds, double expected)
    {
        var latency = new PeakEwma(_clock);
        Observe(ref latency, 1);
        latency.ObserveFailure(_clock.Now, s_decay, TimeSpan.FromSeconds(retryAfterSeconds));

        AssertEstimate(expected, ref latency);
    }

    [Fact]
    public void A_failure_does_not_shorten_a_longer_estimate()
    {
        var latency = new PeakEwma(_clock);
        Observe(ref latency, 20_000);
        _time.Advance(TimeSpan.FromSeconds(10));
        latency.ObserveFailure(_clock.Now, s_decay);

        AssertEstimate(20 * Math.Exp(-1), ref latency);
    }

    [Fact]
    public void The_highest_of_parallel_peaks_survives()
    {
        var latency = new PeakEwma(_clock);
        long now = _clock.Now;
        for (int round = 0; round < 50; round++)
        {
            int above = round * 1_000;
            Parallel.For(1, 1_001, sample => latency.Observe(TimeSpan.FromMilliseconds(above + sample), now, s_decay));
            AssertEstimate((above + 1_000) / 1_000.0, ref latency);
        }
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        var latency = new PeakEwma(_clock);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int call = 0; call < 1_000; call++)
        {
            latency.Observe(TimeSpan.FromMilliseconds(call), call * 10_000, s_decay);
            latency.ObserveAtLeast(TimeSpan.FromMilliseconds(call), call * 10_000, s_decay);
            latency.ObserveFailure(call * 10_000, s_decay);
            latency.Read(call * 10_000, s_decay);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private void Observe(ref PeakEwma latency, double milliseconds) =>
        latency.Observe(TimeSpan.FromMilliseconds(milliseconds), _clock.Now, s_decay);

    private void AssertEstimate(double seconds, ref PeakEwma latency) =>
        Assert.Equal(1, latency.Read(_clock.Now, s_decay) / seconds, 1e-6);
}
