using System.Text.RegularExpressions;
using CsCheck;
using Mesh.Model.Documents;

namespace Mesh.Model.Tests.Documents;

public sealed class PatternsTests
{
    [Theory]
    [InlineData("a|b", "b", true)]
    [InlineData("a|b", "bc", false)]
    [InlineData("^a$", "a", true)]
    [InlineData("a", "a\n", false)]
    [InlineData("(?i)AB", "ab", true)]
    [InlineData("/v[0-9]+/items", "/v1/items", true)]
    [InlineData("[a-z0-9-]{1,63}", "catalog", true)]
    [InlineData("", "", true)]
    public void A_pattern_matches_the_whole_text(string pattern, string text, bool expected)
    {
        Regex regex = Patterns.Whole.Parse(pattern).Value;

        Assert.Equal(expected, regex.IsMatch(text));
        Assert.Equal(RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, regex.Options);
    }

    [Theory]
    [InlineData("(", "Not enough )'s.")]
    [InlineData("a)|(b", "Too many )'s.")]
    [InlineData("[", "Unterminated [] set.")]
    [InlineData("a**", "Nested quantifier")]
    [InlineData("\\", "Illegal \\ at end of pattern.")]
    [InlineData("(?=a)b", "positive lookahead")]
    [InlineData("(a)\\1", "backreference")]
    [InlineData("(?>a)", "atomic")]
    public void A_bad_pattern_is_refused_with_the_engines_reason(string pattern, string reason)
    {
        Parsed<Regex> parsed = Patterns.Whole.Parse(pattern);

        Assert.Equal(ParseState.Bad, parsed.State);
        Assert.Contains(reason, parsed.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("((a{0,10}){0,10})*", "Its repetitions inside repetitions make 100 copies, and 64 are the most.")]
    [InlineData("(a{1,65})+", "make 65 copies")]
    [InlineData("((a?){8}b{1,2}){7}", "make 70 copies")]
    [InlineData("((ab){3}(c){30}){2}", "make 66 copies")]
    [InlineData("(x(a{0,10}){0,10})", "make 100 copies")]
    [InlineData("([)]{9}){9}", "make 81 copies")]
    [InlineData("([]a]{9}){9}", "make 81 copies")]
    [InlineData("([^]a-z-[(]]{9}){9}", "make 81 copies")]
    [InlineData("([\\-[a]{9}){9}", "make 81 copies")]
    [InlineData("([!--[a]{9}){9}", "make 81 copies")]
    [InlineData("([-[a]{9}){9}", "make 81 copies")]
    [InlineData("([a-[b-[c]]]{9}){9}", "make 81 copies")]
    [InlineData("([\\d-[3]]{9}){9}", "make 81 copies")]
    [InlineData("(?:\\({9}){9}", "make 81 copies")]
    [InlineData("(?#()(?<n>a{9}){9}", "make 81 copies")]
    [InlineData("a{2000}", "automata as large as")]
    [InlineData("((a{100}){100}){100}", "automata as large as")]
    public void A_pattern_that_would_keep_the_engine_busy_is_refused(string pattern, string reason)
    {
        Parsed<Regex> parsed = Patterns.Whole.Parse(pattern);

        Assert.Equal(ParseState.Bad, parsed.State);
        Assert.Contains(reason, parsed.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(?x)((a {0,10}) {0,10})*")]
    [InlineData("(?x)/a # items")]
    [InlineData("(?X)a")]
    [InlineData("(?ix)a")]
    [InlineData("(?xi)a")]
    [InlineData("(?-i+x)a")]
    [InlineData("(?x:a b)")]
    [InlineData("(?i-s+x:a b)")]
    [InlineData("a(b(?x)c)d")]
    [InlineData("\\\\(?x)a b")]
    public void White_space_must_mean_itself(string pattern) => Assert.Equal(
        (ParseState.Bad, "The inline option x is not supported: white space means itself."),
        (Patterns.Whole.Parse(pattern).State, Patterns.Whole.Parse(pattern).Reason));

    [Theory]
    [InlineData("(?i)x")]
    [InlineData("(?i:x)")]
    [InlineData("(?<x>a)")]
    [InlineData("(?:x)")]
    [InlineData("\\(?x\\)")]
    [InlineData("\\(?x:")]
    [InlineData("(a?x:)")]
    public void An_x_that_is_no_option_is_a_letter(string pattern) => Assert.Equal(ParseState.Good, Patterns.Whole.Parse(pattern).State);

    [Theory]
    [InlineData("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    [InlineData("([0-9]{1,3}\\.){3}[0-9]{1,3}")]
    [InlineData("([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}")]
    [InlineData("(a{1,64})*")]
    [InlineData("(a+b*)*c{200}")]
    [InlineData("(a{50}|[{9}])+")]
    [InlineData("(a\\{9}){9}")]
    [InlineData("(a{x}){9}")]
    [InlineData("\\p{L}{9}")]
    public void A_pattern_with_usual_repetitions_is_fine(string pattern) =>
        Assert.Equal(ParseState.Good, Patterns.Whole.Parse(pattern).State);

    [Theory]
    [InlineData("(a+)+b")]
    [InlineData("(a|aa)+b")]
    [InlineData("(a|a?)+b")]
    [InlineData("(.*a){20}b")]
    [InlineData("((a{1,8}){1,8})*b")]
    public void What_would_never_end_by_backtracking_ends(string pattern)
    {
        string text = new('a', 50_000);
        foreach (Scalar<Regex> shape in new[] { Patterns.Whole, Patterns.WholeInAnyCase, Patterns.Anywhere })
        {
            Regex regex = shape.Parse(pattern).Value;

            // The engine that promises time linear in the text; that it does not fall back to another is seen from its coming back.
            Assert.True(regex.Options.HasFlag(RegexOptions.NonBacktracking));
            Assert.DoesNotMatch(regex, text);
        }
    }

    [Fact]
    public void No_text_makes_the_count_of_copies_throw() =>
        Gen.String[Gen.Char["()[]{},0123456789\\^-*+?a#:x"], 0, 40].Sample(text => Repetitions.MostCopies(text) >= 0);

    [Fact]
    public void A_pattern_has_a_greatest_length()
    {
        Assert.Equal(ParseState.Bad, Patterns.Whole.Parse(new string('a', 4097)).State);
        Assert.Equal(ParseState.Good, Patterns.Whole.Parse($"[{new string('a', 4094)}]").State);
    }
}
