using Storefront.Probe;

namespace Storefront.Tests;

public sealed class LatencyHistogramTests
{
    [Theory]
    [InlineData(0.50, 50)]
    [InlineData(0.99, 99)]
    [InlineData(1.00, 100)]
    public void Quantiles_are_right_to_one_bucket(double share, double milliseconds)
    {
        var histogram = new LatencyHistogram();
        for (int i = 1; i <= 100; i++)
        {
            histogram.Add(i / 1000.0);
        }

        Assert.InRange(histogram.Quantile(share)!.Value.TotalMilliseconds, milliseconds, milliseconds * 1.05);
    }

    [Fact]
    public void Histograms_of_two_processes_add_up()
    {
        var fast = new LatencyHistogram();
        fast.Add(0.001);
        var slow = new LatencyHistogram();
        slow.Add(1);
        slow.Add(1);

        fast.Add(slow);

        Assert.InRange(fast.Quantile(0.3)!.Value.TotalSeconds, 0.001, 0.00105);
        Assert.InRange(fast.Quantile(0.5)!.Value.TotalSeconds, 1, 1.05);
    }

    [Fact]
    public void Without_calls_there_is_no_quantile() => Assert.Null(new LatencyHistogram().Quantile(0.5));
}
