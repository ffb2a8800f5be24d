using Mesh.Cli.Diff;

namespace Mesh.Cli.Tests.Diff;

public sealed class UnifiedDiffTests
{
    [Fact]
    public void Texts_that_are_equal_have_no_difference() => Assert.Empty(UnifiedDiff.Of("a", "x\ny\n", "b", "x\ny\n"));

    [Theory]
    [InlineData("", "a\nb\n", "@@ -0,0 +1,2 @@|+a|+b")]
    [InlineData("a\nb\n", "", "@@ -1,2 +0,0 @@|-a|-b")]
    [InlineData("a\nb\nc\n", "a\nc\n", "@@ -1,3 +1,2 @@| a|-b| c")]
    [InlineData("a\nb\n", "a\nx\nb\n", "@@ -1,2 +1,3 @@| a|+x| b")]
    [InlineData("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nx\n6\n7\n8\n9\n", "@@ -2,7 +2,7 @@| 2| 3| 4|-5|+x| 6| 7| 8")]
    [InlineData("x\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\n5\n6\n7\n8\ny\n", "@@ -1,4 +1,4 @@|-x|+1| 2| 3| 4|@@ -6,4 +6,4 @@| 6| 7| 8|-9|+y")]
    [InlineData("x\n2\n3\n4\n5\n6\n7\n", "1\n2\n3\n4\n5\n6\ny\n", "@@ -1,7 +1,7 @@|-x|+1| 2| 3| 4| 5| 6|-7|+y")]
    public void Differences_are_shown_as_diff_u_does(string before, string after, string expected) =>
        Assert.Equal(["--- a", "+++ b", .. expected.Split('|')], UnifiedDiff.Of("a", before, "b", after));

    /// <summary>Random texts: what is kept and removed is the one, what is kept and added the other, and no more is shown than differs.</summary>
    [Fact]
    public void Both_texts_can_be_read_from_the_lines()
    {
        Random random = new(1);
        for (int i = 0; i < 2_000; i++)
        {
            string[] before = Lines(random);
            string[] after = Lines(random);

            IReadOnlyList<(LineChange Change, string Line)> lines = LineDiff.Compare(before, after);

            Assert.Equal(before, lines.Where(line => line.Change != LineChange.Added).Select(line => line.Line));
            Assert.Equal(after, lines.Where(line => line.Change != LineChange.Removed).Select(line => line.Line));
            Assert.Equal(Common(before, after), lines.Count(line => line.Change == LineChange.Same));
        }
    }

    private static string[] Lines(Random random) =>
        [.. Enumerable.Range(0, random.Next(9)).Select(_ => random.GetItems(["a", "b", "c"], 1)[0])];

    private static int Common(ReadOnlySpan<string> one, ReadOnlySpan<string> other) =>
        one.IsEmpty || other.IsEmpty ? 0
        : one[0] == other[0] ? 1 + Common(one[1..], other[1..])
        : Math.Max(Common(one[1..], other), Common(one, other[1..]));
}
