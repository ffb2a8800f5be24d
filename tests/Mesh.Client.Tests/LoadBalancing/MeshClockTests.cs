using Mesh.Client.LoadBalancing;

using Microsoft.Extensions.Time.Testing;

namespace Mesh.Client.Tests.LoadBalancing;

public sealed class MeshClockTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Converts_between_timestamps_and_times()
    {
        var clock = new MeshClock(_time);
        long start = clock.Now;
        _time.Advance(TimeSpan.FromMilliseconds(1234.5));

        Assert.Equal(TimeSpan.FromMilliseconds(1234.5), clock.Between(start, clock.Now));
        Assert.Equal(clock.Now, start + clock.ToTicks(TimeSpan.FromMilliseconds(1234.5)));
    }

    [Fact]
    public void Stamps_count_tenths_of_milliseconds()
    {
        var clock = new MeshClock(_time);
        uint start = clock.ToStamp(clock.Now);
        _time.Advance(TimeSpan.FromSeconds(7));

        Assert.Equal(70_000u, clock.ToStamp(clock.Now) - start);
    }

    [Fact]
    public void Stamps_come_round_without_a_jump()
    {
        var clock = new MeshClock(_time);
        uint start = clock.ToStamp(clock.Now);
        _time.Advance(TimeSpan.FromMilliseconds(uint.MaxValue / 10.0) + TimeSpan.FromSeconds(1));

        Assert.Equal(unchecked(uint.MaxValue + 10_000), clock.ToStamp(clock.Now) - start);
    }
}
