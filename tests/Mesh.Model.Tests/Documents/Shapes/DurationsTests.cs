using CsCheck;
using Mesh.Model.Documents;

namespace Mesh.Model.Tests.Documents;

public sealed class DurationsTests
{
    [Theory]
    [InlineData("2s", "00:00:02")]
    [InlineData("250ms", "00:00:00.250")]
    [InlineData("1m30s", "00:01:30")]
    [InlineData("1h", "01:00:00")]
    [InlineData("1h2m3s4ms", "01:02:03.004")]
    [InlineData("90m", "01:30:00")]
    [InlineData("1h1ms", "01:00:00.001")]
    [InlineData("86400s", "1.00:00:00")]
    [InlineData("00:00:02", "00:00:02")]
    [InlineData("23:59:59.999", "23:59:59.999")]
    [InlineData("1.00:00:00", "1.00:00:00")]
    public void A_duration_has_units_or_reads_like_a_clock(string text, string expected)
    {
        Parsed<TimeSpan> parsed = Durations.Any.Parse(text);

        Assert.Equal((ParseState.Good, TimeSpan.Parse(expected, null)), (parsed.State, parsed.Value));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("2")]
    [InlineData("2 s")]
    [InlineData(" 2s")]
    [InlineData("2s ")]
    [InlineData("2S")]
    [InlineData("1.5s")]
    [InlineData("-2s")]
    [InlineData("+2s")]
    [InlineData("2sec")]
    [InlineData("2d")]
    [InlineData("30s1m")]
    [InlineData("1s1s")]
    [InlineData("1ms1s")]
    [InlineData("s")]
    [InlineData("ms")]
    [InlineData("1s2")]
    [InlineData("٢s")]
    [InlineData(" 00:00:02")]
    [InlineData("00:00:02 ")]
    [InlineData("\t00:00:02\n")]
    [InlineData("00:02")]
    [InlineData("0:0:0:2")]
    [InlineData("00:00:60")]
    [InlineData("24:00:00")]
    [InlineData("-00:00:02")]
    [InlineData("0s")]
    [InlineData("00:00:00")]
    [InlineData("24h1ms")]
    [InlineData("99999999h")]
    [InlineData("99999999h99999999m99999999s99999999ms")]
    [InlineData("99999999999999999999999s")]
    [InlineData("1.00:00:00.001")]
    [InlineData("9999999999.00:00:00")]
    public void What_is_no_duration_or_out_of_bounds_is_refused(string text) =>
        Assert.Equal(ParseState.Bad, Durations.Any.Parse(text).State);

    [Theory]
    [InlineData("5", "It needs a unit: 5s or 5ms.")]
    [InlineData("0", "It needs a unit: 0s or 0ms.")]
    [InlineData("1e3", null)]
    public void A_bare_number_is_told_to_take_a_unit(string text, string? reason) =>
        Assert.Equal(reason, Durations.Any.Parse(text).Reason);

    [Fact]
    public void Bounds_are_allowed_themselves()
    {
        Scalar<TimeSpan> bounded = Durations.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));

        Assert.Equal(
            [ParseState.Bad, ParseState.Good, ParseState.Good, ParseState.Bad],
            ((string[])["999ms", "1s", "60s", "60001ms"]).Select(text => bounded.Parse(text).State));
    }

    [Theory]
    [InlineData("00:00:02", "2s")]
    [InlineData("00:01:30", "1m30s")]
    [InlineData("01:00:00.250", "1h250ms")]
    [InlineData("1.00:00:00", "24h")]
    [InlineData("00:00:00.0000001", "00:00:00.0000001")]
    public void A_duration_is_written_in_its_shortest_form(string duration, string expected) =>
        Assert.Equal(expected, Durations.Format(TimeSpan.Parse(duration, null)));

    [Fact]
    public void What_is_written_is_read_again() =>
        Gen.OneOf(Gen.Long[1, TimeSpan.TicksPerDay], Gen.Long[1, 86_400_000].Select(ms => ms * TimeSpan.TicksPerMillisecond))
            .Select(TimeSpan.FromTicks)
            .Sample(duration => Durations.Any.Parse(Durations.Format(duration)) == duration);
}
