using System.Text.RegularExpressions;
using Mesh.Model.Matching;

namespace Mesh.Model.Tests.Resources;

public sealed class ValueMatchTests
{
    [Theory]
    [InlineData("Exact", "canary", true)]
    [InlineData("Exact", "Canary", false)]
    [InlineData("Exact", "canary ", false)]
    [InlineData("Exact", "", false)]
    [InlineData("Prefix", "canary", true)]
    [InlineData("Prefix", "canary-2", true)]
    [InlineData("Prefix", "Canary-2", false)]
    [InlineData("Prefix", "a canary", false)]
    [InlineData("Suffix", "canary", true)]
    [InlineData("Suffix", "a canary", true)]
    [InlineData("Suffix", "a CANARY", false)]
    [InlineData("Suffix", "canary-2", false)]
    [InlineData("Contains", "canary", true)]
    [InlineData("Contains", "a canary-2", true)]
    [InlineData("Contains", "a caNary-2", false)]
    [InlineData("Contains", "canar", false)]
    [InlineData("Present", "anything", true)]
    [InlineData("Present", "", true)]
    [InlineData("Absent", "anything", false)]
    [InlineData("Absent", "", false)]
    public void A_value_passes_as_its_kind_says(string kind, string value, bool expected) =>
        Assert.Equal(expected, Of(kind).Matches(value));

    [Theory]
    [InlineData("Exact", "CANARY", true)]
    [InlineData("Prefix", "CANARY-2", true)]
    [InlineData("Suffix", "a CANARY", true)]
    [InlineData("Contains", "a CANARY-2", true)]
    [InlineData("Exact", "CANARI", false)]
    [InlineData("Prefix", "CANAR", false)]
    [InlineData("Suffix", "ANARY", false)]
    [InlineData("Contains", "CAN ARY", false)]
    public void Case_is_ignored_when_asked(string kind, string value, bool expected) =>
        Assert.Equal(expected, (Of(kind) with { IgnoreCase = true }).Matches(value));

    [Theory]
    [InlineData("Exact")]
    [InlineData("Prefix")]
    [InlineData("Suffix")]
    [InlineData("Contains")]
    [InlineData("Regex")]
    [InlineData("Range")]
    [InlineData("Present")]
    public void An_absent_value_fails_every_kind_but_absent(string kind) => Assert.False(Of(kind).Matches(null));

    [Fact]
    public void An_absent_value_passes_absent() => Assert.True(Of("Absent").Matches(null));

    [Fact]
    public void The_empty_text_is_a_prefix_a_suffix_and_a_part_of_every_present_value()
    {
        foreach (string kind in (string[])["Prefix", "Suffix", "Contains"])
        {
            ValueMatch match = Of(kind) with { Text = "" };

            Assert.True(match.Matches(""));
            Assert.True(match.Matches("x"));
            Assert.False(match.Matches(null));
        }
    }

    [Theory]
    [InlineData("10", true)]
    [InlineData("19", true)]
    [InlineData("20", false)]
    [InlineData("9", false)]
    [InlineData("+15", true)]
    [InlineData("-15", false)]
    [InlineData("015", true)]
    [InlineData("15.0", false)]
    [InlineData(" 15", false)]
    [InlineData("15, 16", false)]
    [InlineData("", false)]
    [InlineData("fifteen", false)]
    [InlineData("99999999999999999999", false)]
    public void A_range_takes_whole_numbers_from_its_start_to_before_its_end(string value, bool expected) =>
        Assert.Equal(expected, Of("Range").Matches(value));

    [Fact]
    public void A_range_may_be_negative()
    {
        var match = new ValueMatch { Kind = ValueMatchKind.Range, Start = -5, End = 0 };

        Assert.True(match.Matches("-5"));
        Assert.True(match.Matches("-1"));
        Assert.False(match.Matches("0"));
        Assert.False(match.Matches("-6"));
    }

    [Theory]
    [InlineData("v12", true)]
    [InlineData("v", false)]
    [InlineData("V12", false)]
    public void A_regex_decides_by_itself(string value, bool expected) => Assert.Equal(expected, Of("Regex").Matches(value));

    [Theory]
    [InlineData("Exact")]
    [InlineData("Prefix")]
    [InlineData("Suffix")]
    [InlineData("Contains")]
    [InlineData("Regex")]
    [InlineData("Range")]
    [InlineData("Present")]
    [InlineData("Absent")]
    public void Invert_turns_every_answer_round(string kind)
    {
        ValueMatch match = Of(kind);
        ValueMatch inverted = match with { Invert = true };

        foreach (string? value in (string?[])["canary", "Canary", "v12", "15", "", null])
        {
            Assert.NotEqual(match.Matches(value), inverted.Matches(value));
        }
    }

    [Theory]
    [InlineData("Exact", false, true)]
    [InlineData("Exact", true, false)]
    [InlineData("Regex", true, false)]
    public void What_passes_without_a_value_can_be_said_apart(string kind, bool invert, bool passes)
    {
        ValueMatch match = Of(kind) with { Invert = invert, PassesForNone = passes };

        Assert.Equal(passes, match.Matches(null));
        Assert.Equal(invert, match.Matches("x"));
        Assert.Equal(passes, new ValueTest(match).Passes);
    }

    [Fact]
    public void A_kind_without_a_test_is_an_error() =>
        Assert.Throws<InvalidOperationException>(() => new ValueMatch { Kind = (ValueMatchKind)99 }.Matches("x"));

    private static ValueMatch Of(string kind) => new()
    {
        Kind = Enum.Parse<ValueMatchKind>(kind),
        Text = "canary",
        Regex = new Regex(@"\A(?:v[0-9]+)\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant),
        Start = 10,
        End = 20,
    };
}
