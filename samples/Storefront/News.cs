namespace Storefront;

/// <summary>Something that the user should read.</summary>
/// <param name="Headline">On one line.</param>
/// <param name="Details">More of it, the oldest first: the last lines that a service wrote.</param>
internal sealed record News(string Headline, params IReadOnlyList<string> Details)
{
    private const int DetailsShown = 2;

    /// <summary>All of it.</summary>
    public override string ToString() =>
        Details.Count == 0 ? Headline : $"{Headline} Its last output:{string.Concat(Details.Select(line => $"{Environment.NewLine}{Indented(line)}"))}";

    /// <summary>What there is room for below something that must stay in sight, the newest first.</summary>
    /// <param name="all">The oldest first.</param>
    /// <param name="width">Of the room, in columns.</param>
    /// <param name="height">And in rows.</param>
    public static IReadOnlyList<string> Fit(IEnumerable<News> all, int width, int height) =>
        [.. all.Reverse().SelectMany(Short).Take(Math.Max(height, 0)).Select(line => line.Length <= width ? line : $"{line[..Math.Max(width - 1, 0)]}…")];

    private static IEnumerable<string> Short(News news) => [news.Headline, .. news.Details.TakeLast(DetailsShown).Select(Indented)];

    private static string Indented(string line) => $"  | {line}";
}
