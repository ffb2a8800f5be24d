namespace Storefront.Tests;

public sealed class NewsTests
{
    private static readonly News s_old = new("old died.", "a", "b", "c");
    private static readonly News s_new = new("new died.", "1", "2 is a long line");

    [Theory]
    [InlineData(9, "new died.", "  | 1", "  | 2 is a long line", "old died.", "  | b", "  | c")]
    [InlineData(4, "new died.", "  | 1", "  | 2 is a long line", "old died.")]
    [InlineData(0)]
    [InlineData(-3)]
    public void The_newest_come_first_in_two_lines_each_and_never_more_than_there_are_rows(int height, params string[] expected) =>
        Assert.Equal(expected, News.Fit([s_old, s_new], 80, height));

    [Fact]
    public void A_line_takes_one_row()
    {
        Assert.Equal(["new died.", "  | 1", "  | 2 is …"], News.Fit([s_new], 10, 5));
        Assert.All(News.Fit([s_old, s_new], 1, 9), line => Assert.Equal("…", line));
    }

    [Fact]
    public void The_whole_has_every_line() => Assert.Equal(
        ["old died. Its last output:", "  | a", "  | b", "  | c"], $"{s_old}".Split(Environment.NewLine));
}
