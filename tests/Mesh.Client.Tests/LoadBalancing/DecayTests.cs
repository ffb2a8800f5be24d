using CsCheck;

using Mesh.Client.LoadBalancing;

namespace Mesh.Client.Tests.LoadBalancing;

public sealed class DecayTests
{
    [Fact]
    public void Is_the_exponential_function_everywhere() =>
        Gen.Select(Gen.Double[0.001, 3_600], Gen.OneOf(Gen.UInt[0, 2_000], Gen.UInt[0, 10_000_000])).Sample((seconds, stamps) =>
            Assert.Equal(Math.Exp(-stamps / (seconds * 10_000)), new Decay(TimeSpan.FromSeconds(seconds)).Over(stamps), 4e-9));

    [Fact]
    public void Falls_without_a_step_where_the_series_ends()
    {
        var decay = new Decay(TimeSpan.FromSeconds(10));
        for (uint stamps = 1; stamps < 5_000; stamps++)
        {
            Assert.InRange(decay.Over(stamps - 1) - decay.Over(stamps), 0.9e-5, 1.1e-5);
        }
    }

    [Fact]
    public void A_time_constant_is_positive() => Assert.Throws<ArgumentOutOfRangeException>(() => new Decay(TimeSpan.Zero));
}
