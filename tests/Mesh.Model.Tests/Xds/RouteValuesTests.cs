using System.Text.RegularExpressions;
using CsCheck;
using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Model.Tests.Xds;

/// <summary>The small parts: shares, patterns, substitutions, tests of headers.</summary>
public sealed class RouteValuesTests
{
    [Fact]
    public void Shares_survive() => Gen.Int[0, 10_000].Sample(hundredths =>
        Percents.Decode(Percents.Encode(hundredths / 100m), XdsField.Resource()) == hundredths / 100m);

    [Theory]
    [InlineData(1, 2, 0.01)]
    [InlineData(0, 2, 0)]
    [InlineData(999_999, 2, 99.99)]
    [InlineData(1_000_000, 2, 100)]
    [InlineData(250, 0, 100)]
    [InlineData(125_678, 2, 12.57)]
    public void Only_none_is_none_and_only_all_is_all(int numerator, int denominator, double expected) =>
        Assert.Equal((decimal)expected, Percents.Decode(
            new() { Numerator = (uint)numerator, Denominator = (Wire.FractionalPercent.Types.DenominatorType)denominator }, XdsField.Resource()));

    [Theory]
    [InlineData(2_147_483, 647_000_000, 2_147_483_647)]
    [InlineData(2_147_483, 647_000_001, null)]
    [InlineData(2_147_484, 0, null)]
    [InlineData(0, -1, null)]
    [InlineData(long.MaxValue, 0, null)]
    public void No_time_is_longer_than_a_timer_can_run(long seconds, int nanoseconds, int? milliseconds)
    {
        XdsField at = XdsField.Resource();

        Assert.Equal(milliseconds, (int?)WireValues.TimeOrNone(new() { Seconds = seconds, Nanos = nanoseconds }, at)?.TotalMilliseconds);
        Assert.Equal(milliseconds is not null, at.Decoded("").IsGood);
    }

    [Theory]
    [InlineData(@"/v[0-9]+/.*", true)]
    [InlineData(@"^(?:a|b)+?\.x{2,3}$", true)]
    [InlineData(@"[^/]{1,20}", true)]
    [InlineData(@"\d+-\w*", true)]
    [InlineData(@"[a-z\-.]+", true)]
    [InlineData("", true)]
    [InlineData(@"(?i)a", false)]
    [InlineData(@"(?<n>a)", false)]
    [InlineData(@"(?=a)", false)]
    [InlineData(@"[a-z-[x]]", false)]
    [InlineData(@"[[:alpha:]]", false)]
    [InlineData(@"[z-a]", false)]
    [InlineData(@"\bx", false)]
    [InlineData(@"\p{L}", false)]
    [InlineData(@"\-", false)]
    [InlineData(@"a{3,2}", false)]
    [InlineData(@"a**", false)]
    [InlineData(@"*a", false)]
    [InlineData(@"a{,3}", false)]
    [InlineData(@"^*", false)]
    [InlineData(@"(a", false)]
    [InlineData(@"a)", false)]
    [InlineData("é", false)]
    [InlineData(@"a\", false)]
    public void A_pattern_is_common_when_all_engines_agree_on_it(string pattern, bool expected) =>
        Assert.Equal(expected, CommonPattern.IsOne(pattern));

    [Fact]
    public void What_is_common_is_a_pattern_to_dotnet() =>
        Gen.String[Gen.Char[@"ab09.*+?()[]{}|\^$-,/:"], 0, 12].Where(CommonPattern.IsOne)
            .Sample(pattern => new Regex(pattern, RegexOptions.NonBacktracking) is not null);

    [Theory]
    [InlineData("$1-$2", @"\1-\2")]
    [InlineData("${n}2", @"\32")]
    [InlineData("$$", "$")]
    [InlineData("$&", @"\0")]
    [InlineData(@"\", @"\\")]
    [InlineData("$7", "$7")]
    [InlineData("$", "$")]
    [InlineData("$`", null)]
    public void Substitutions_are_put_into_the_words_of_RE2(string substitution, string? expected) =>
        Assert.Equal(expected, Substitutions.ToRe2(substitution, new Regex("(a)(b)(?<n>c)")));

    [Theory]
    [InlineData(@"\1x", "$1x")]
    [InlineData(@"\12", "${1}2")]
    [InlineData("$1", "$$1")]
    [InlineData(@"\\", @"\")]
    [InlineData(@"\0", "$0")]
    [InlineData(@"\4", null)]
    [InlineData(@"\", null)]
    [InlineData(@"\x", null)]
    public void Substitutions_are_read_from_the_words_of_RE2(string substitution, string? expected) =>
        Assert.Equal(expected, Substitutions.FromRe2(substitution, new Regex("(a)(b)(c)"), XdsField.Resource()));

    [Theory]
    [InlineData(false, false, "", null, false)]
    [InlineData(false, false, "x", null, false)]
    [InlineData(true, false, "x", null, false)]
    [InlineData(true, false, "x", "y", true)]
    [InlineData(true, true, "x", null, true)]
    [InlineData(true, true, "", null, false)]
    [InlineData(false, true, "", null, true)]
    [InlineData(false, true, "x", null, false)]
    public void A_missing_header_passes_as_xds_has_it(bool invert, bool asEmpty, string text, string? value, bool expected)
    {
        Wire.HeaderMatcher matcher = new()
        {
            Name = "h", StringMatch = new() { Exact = text }, InvertMatch = invert, TreatMissingHeaderAsEmpty = asEmpty,
        };

        Assert.Equal(expected, HeaderMatchCodec.Decode(matcher, XdsField.Resource())!.Matches(value));
    }

    [Theory]
    [InlineData("exact_match", "abc", "ab")]
    [InlineData("prefix_match", "abcd", "xabc")]
    [InlineData("suffix_match", "xabc", "abcd")]
    [InlineData("contains_match", "xabcd", "ab")]
    [InlineData("safe_regex_match", "abc", "abcd")]
    [InlineData("any_case", "ABC", "ab")]
    [InlineData("none", "x", null)]
    public void The_older_forms_are_read_as_well(string form, string good, string? bad)
    {
        Wire.HeaderMatcher matcher = new() { Name = "h" };
        switch (form)
        {
            case "exact_match": matcher.ExactMatch = "abc"; break;
            case "prefix_match": matcher.PrefixMatch = "abc"; break;
            case "suffix_match": matcher.SuffixMatch = "abc"; break;
            case "contains_match": matcher.ContainsMatch = "abc"; break;
            case "safe_regex_match": matcher.SafeRegexMatch = new() { Regex = "abc" }; break;
            case "any_case": matcher.SafeRegexMatch = new() { Regex = "(?i)abc" }; break;
        }

        ValueMatch match = HeaderMatchCodec.Decode(matcher, XdsField.Resource())!;

        Assert.True(match.Matches(good));
        Assert.False(match.Matches(bad));
    }

    [Theory]
    [InlineData("GET", "GET")]
    [InlineData("GET|PUT", "GET PUT")]
    [InlineData(@"A\|B|C\+", "A|B C+")]
    [InlineData("GET|", "GET")]
    [InlineData("G.*", null)]
    [InlineData("(GET|PUT)", null)]
    [InlineData("", null)]
    public void Methods_are_alternatives(string pattern, string? expected)
    {
        Wire.HeaderMatcher matcher = new() { Name = ":method", StringMatch = new() { SafeRegex = new() { Regex = pattern } } };

        Assert.Equal(expected ?? "", string.Join(' ', MethodsCodec.Decode(matcher, XdsField.Resource())));
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(0, 100, 1)]
    [InlineData(0, 101, 2)]
    [InlineData(2, 500, 20_000_005)]
    public void A_little_time_is_not_none(long seconds, int nanos, long ticks) =>
        Assert.Equal(ticks, WireValues.TimeOrNone(new() { Seconds = seconds, Nanos = nanos }, XdsField.Resource())!.Value.Ticks);

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, -1)]
    [InlineData(0, 1_000_000_000)]
    [InlineData(long.MaxValue, 0)]
    public void A_time_out_of_range_is_a_fault(long seconds, int nanos)
    {
        XdsField at = XdsField.Resource();

        Assert.Null(WireValues.TimeOrNone(new() { Seconds = seconds, Nanos = nanos }, at));
        Assert.Single(at.Decoded("").Faults);
    }
}
