using Storefront.Probe;

namespace Storefront.Tests;

public sealed class TallyTests
{
    [Fact]
    public void A_tally_survives_its_way_through_the_pipe()
    {
        var sent = new Tally { Service = "catalog", Version = "v2", Retries = 3, Ejections = 1 };
        sent.AddCall(0.010, succeeded: true);
        sent.AddCall(0.020, succeeded: false);

        Assert.True(Tally.TryParse(sent.ToLine(), out Tally? read));

        Assert.Equal(("catalog", "v2", 1, 1, 3, 1), (read.Service, read.Version, read.Succeeded, read.Failed, read.Retries, read.Ejections));
        Assert.Equal(sent.Latencies.Buckets, read.Latencies.Buckets);
    }

    [Fact]
    public void Other_output_of_a_service_is_no_tally() =>
        Assert.False(Tally.TryParse("info: Microsoft.Hosting.Lifetime[0]", out _));
}
