using CsCheck;

using Mesh.Client.Resilience;
using Mesh.Model;

namespace Mesh.Client.Tests.Resilience;

public sealed class EjectionRulesTests
{
    private static readonly OutlierDetectionSettings s_settings = new();

    [Theory]
    [InlineData(0, 0.0, 1.0)]
    [InlineData(0, 1.0, 1.5)]
    [InlineData(1, 0.0, 2.0)]
    [InlineData(1, 0.5, 2.5)]
    [InlineData(3, 0.0, 8.0)]
    [InlineData(5, 0.0, 32.0)]
    [InlineData(5, 0.8, 44.8)]
    [InlineData(5, 1.0, 48.0)]
    [InlineData(6, 0.0, 60.0)]
    [InlineData(6, 1.0, 60.0)]
    [InlineData(2_000_000_000, 1.0, 60.0)]
    public void The_time_doubles_with_jitter_up_to_the_maximum(int ejections, double draw, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), EjectionRules.Duration(ejections, s_settings, draw));

    [Fact]
    public void The_maximum_holds_below_the_base() => Assert.Equal(
        TimeSpan.FromSeconds(1),
        EjectionRules.Duration(0, s_settings with { BaseEjectionTime = TimeSpan.FromSeconds(9), MaxEjectionTime = TimeSpan.FromSeconds(1) }, 0));

    [Theory]
    [InlineData(1, 0, 50, 0, false)]
    [InlineData(1, 0, 100, 0, true)]
    [InlineData(2, 0, 50, 1, true)]
    [InlineData(2, 1, 50, 1, false)]
    [InlineData(2, 1, 100, 1, false)]
    [InlineData(2, 1, 100, 0, true)]
    [InlineData(2, 0, 0, 1, true)]
    [InlineData(2, 0, 50, 2, false)]
    [InlineData(10, 4, 50, 1, true)]
    [InlineData(10, 5, 50, 1, false)]
    [InlineData(10, 0, 1, 1, true)]
    [InlineData(10, 1, 1, 1, false)]
    [InlineData(10, 1, 20, 8, true)]
    [InlineData(10, 1, 20, 9, false)]
    [InlineData(3, 1, 66.66, 1, false)]
    [InlineData(3, 1, 66.67, 1, true)]
    public void One_more_may_be_ejected_within_the_limits(int total, int ejected, double percent, int minReady, bool expected)
    {
        OutlierDetectionSettings settings = s_settings with { MaxEjectionPercent = (decimal)percent, MinReadyEndpoints = minReady };

        Assert.Equal(expected, EjectionRules.MayEject(total, ejected, total - ejected, settings));
    }

    [Fact]
    public void Endpoints_that_are_not_ready_for_another_reason_count_against_the_minimum_only()
    {
        OutlierDetectionSettings settings = s_settings with { MinReadyEndpoints = 3 };

        Assert.True(EjectionRules.MayEject(total: 10, ejected: 0, ready: 4, settings));
        Assert.False(EjectionRules.MayEject(total: 10, ejected: 0, ready: 3, settings));
    }

    [Fact]
    public void Ejecting_as_long_as_it_may_leaves_what_must_be_left() =>
        Gen.Select(Gen.Int[1, 200], Gen.Int[0, 10_000], Gen.Int[0, 20]).Sample((total, hundredths, minReady) =>
        {
            OutlierDetectionSettings settings = s_settings with { MaxEjectionPercent = hundredths / 100m, MinReadyEndpoints = minReady };
            int ejected = 0;
            while (EjectionRules.MayEject(total, ejected, total - ejected, settings))
            {
                ejected++;
            }

            int most = Math.Max(total > 1 ? 1 : 0, total * hundredths / 10_000);
            Assert.Equal(Math.Clamp(total - minReady, 0, most), ejected);
        });

    [Theory]
    [InlineData(10, 5, 50, false)]
    [InlineData(10, 4, 50, true)]
    [InlineData(3, 1, 33.33, false)]
    [InlineData(3, 1, 33.34, true)]
    [InlineData(1, 0, 50, true)]
    [InlineData(10, 0, 0, false)]
    [InlineData(10, 9, 100, true)]
    [InlineData(10, 10, 100, false)]
    [InlineData(0, 0, 50, false)]
    public void Panic_holds_below_the_threshold(int total, int ready, double threshold, bool expected) =>
        Assert.Equal(expected, EjectionRules.Panics(total, ready, Settings(threshold, minReady: 0)));

    [Theory]
    [InlineData(1, 0, 1, true)]
    [InlineData(3, 0, 1, true)]
    [InlineData(3, 1, 1, false)]
    [InlineData(3, 1, 2, true)]
    public void Panic_holds_below_the_least_number_that_is_to_stay(int total, int ready, int minReady, bool expected) =>
        Assert.Equal(expected, EjectionRules.Panics(total, ready, Settings(threshold: 0, minReady)));

    private static MeshService Settings(double threshold, int minReady) => new()
    {
        LoadBalancing = new LoadBalancingSettings { PanicThreshold = (decimal)threshold },
        OutlierDetection = new OutlierDetectionSettings { MinReadyEndpoints = minReady },
    };
}
