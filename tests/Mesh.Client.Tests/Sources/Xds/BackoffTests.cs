using Mesh.Client.Sources.Xds;

namespace Mesh.Client.Tests.Sources.Xds;

public sealed class BackoffTests
{
    [Fact]
    public void Waits_are_anything_up_to_a_limit_that_grows()
    {
        Backoff backoff = new(new Fixed(1));

        double[] limits = [.. Enumerable.Range(0, 10).Select(_ => Math.Round(backoff.Next().TotalSeconds, 2))];
        Assert.Equal([1, 1.6, 2.56, 4.1, 6.55, 10.49, 16.78, 26.84, 30, 30], limits);
        Assert.Equal(1, backoff.Steady().TotalSeconds);

        backoff.Reset();
        Assert.Equal(1, backoff.Next().TotalSeconds);
        Assert.Equal(TimeSpan.FromSeconds(0.25), new Backoff(new Fixed(0.25)).Next());
        Assert.Equal(0.25 * Backoff.Shortest, new Backoff(new Fixed(0.25)).Short());
    }

    private sealed class Fixed(double value) : Random
    {
        public override double NextDouble() => value;
    }
}
