using Mesh.Client.Identity;

namespace Mesh.Client.Tests.Identity;

public sealed class RenewalScheduleTests
{
    [Theory]
    [InlineData(0.0, 9.6)]
    [InlineData(0.5, 10.8)]
    [InlineData(0.999999, 12.0)]
    public void The_first_try_is_between_two_and_two_and_a_half_fifths_of_the_life(double drawn, double hours) =>
        Assert.Equal(hours, new RenewalSchedule(new Drawing(drawn)).First(TimeSpan.FromHours(24)).TotalHours, 0.001);

    [Fact]
    public void After_failures_it_is_tried_ever_more_rarely_and_faster_again_as_the_end_nears()
    {
        RenewalSchedule schedule = new(new Drawing(1));

        double[] waits = [.. Enumerable.Range(0, 12).Select(_ => schedule.AfterFailure(TimeSpan.FromHours(12)).TotalSeconds)];

        Assert.Equal([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600], waits);
        Assert.Equal(60, schedule.AfterFailure(TimeSpan.FromMinutes(10)).TotalSeconds);
        Assert.Equal(1, schedule.AfterFailure(TimeSpan.FromSeconds(3)).TotalSeconds);
        Assert.Equal(10, schedule.AfterFailure(TimeSpan.FromSeconds(-3)).TotalSeconds);
    }

    [Fact]
    public void Tries_spread_over_half_of_their_wait()
    {
        Assert.Equal(0.5, new RenewalSchedule(new Drawing(0)).AfterFailure(TimeSpan.FromHours(1)).TotalSeconds);
        Assert.Equal(1, new RenewalSchedule(new Drawing(1)).AfterFailure(TimeSpan.FromHours(1)).TotalSeconds);
    }

    [Fact]
    public void A_success_begins_it_anew()
    {
        RenewalSchedule schedule = new(new Drawing(1));
        for (int i = 0; i < 5; i++)
        {
            schedule.AfterFailure(TimeSpan.FromHours(12));
        }

        schedule.First(TimeSpan.FromHours(24));

        Assert.Equal(1, schedule.AfterFailure(TimeSpan.FromHours(12)).TotalSeconds);
    }

    private sealed class Drawing(double value) : Random
    {
        public override double NextDouble() => value;
    }
}
