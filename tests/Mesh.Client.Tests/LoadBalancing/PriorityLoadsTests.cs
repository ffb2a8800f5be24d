using System.Globalization;
using Mesh.Client.LoadBalancing;

namespace Mesh.Client.Tests.LoadBalancing;

public sealed class PriorityLoadsTests
{
    /// <summary>Endpoints ready of all, by level; shares in per cent; levels that are needed.</summary>
    [Theory]
    [InlineData("4/4", "100", 1)]
    [InlineData("1/4", "100", 1)]
    [InlineData("0/4", "100", 1)]
    [InlineData("4/4 4/4", "100 0", 1)]
    [InlineData("72/100 1/1", "100 0", 1)]
    [InlineData("5/7 1/1", "100 0", 1)]
    [InlineData("70/100 1/1", "98 2", 2)]
    [InlineData("50/100 100/100", "70 30", 2)]
    [InlineData("25/100 100/100", "35 65", 2)]
    [InlineData("0/100 100/100", "0 100", 2)]
    [InlineData("0/1 1/10 1/10 9/10", "0 14 14 72", 4)]
    [InlineData("1/2 1/2 4/4", "70 30 0", 2)]
    [InlineData("0/2 2/2 0/2", "0 100 0", 2)]
    [InlineData("25/100 25/100", "50 50", 2)]
    [InlineData("10/100 30/100", "25 75", 2)]
    [InlineData("5/100 0/1 15/100", "25 0 75", 3)]
    [InlineData("0/3 0/3", "100 0", 2)]
    [InlineData("1/10 0/1", "100 0", 2)]
    [InlineData("1/2 3/14 1/1", "70 30 0", 2)]
    public void A_level_gets_what_the_ones_before_leave_over_and_what_it_can_carry(string levels, string shares, int needed)
    {
        PriorityLoads loads = new([.. levels.Split(' ').Select(level => level.Split('/')).Select(level => (Number(level[0]), Number(level[1])))]);

        Assert.Equal(shares.Split(' ').Select(Number), loads.Shares.Select(share => (int)Math.Round(share * 100)));
        Assert.Equal(1, loads.Shares.Sum(), 9);
        Assert.Equal(needed, loads.Needed);
    }

    [Theory]
    [InlineData(70, 100, false)]
    [InlineData(36, 36, false)]
    [InlineData(35, 35, true)]
    [InlineData(0, 71, true)]
    [InlineData(0, 0, true)]
    public void Levels_that_cannot_carry_everything_together_are_short(int first, int second, bool isShort) =>
        Assert.Equal(isShort, new PriorityLoads([(first, 100), (second, 100)]).IsShort);

    [Fact]
    public void What_carries_exactly_everything_is_enough_whatever_the_fractions_are_rounded_to()
    {
        Assert.False(new PriorityLoads([(4, 7), (1, 7)]).IsShort);
        Assert.Equal(0, new PriorityLoads([(1, 2), (3, 14), (1, 1)]).Shares[2]);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
