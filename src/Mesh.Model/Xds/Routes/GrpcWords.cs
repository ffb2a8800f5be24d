namespace Mesh.Model.Xds;

/// <summary>A match in words that all of gRPC's clients read alike: grpc-js has its own way with the usual ones.</summary>
internal static class GrpcWords
{
    public static void Choose(Wire.RouteMatch match)
    {
        // To them every request is a call.
        match.Grpc = null;
        Group(match.SafeRegex);
        foreach (Wire.HeaderMatcher header in match.Headers)
        {
            Group(header.StringMatch?.SafeRegex);
            if (header is { HasPresentMatch: true, PresentMatch: false })
            {
                // It sees that there is such a test, and not which.
                (header.PresentMatch, header.InvertMatch) = (true, !header.InvertMatch);
            }
        }

        // By an inverted test it takes what has no such header.
        match.Headers.Add(match.Headers.Where(header => header.InvertMatch && !header.HasPresentMatch)
            .Select(header => new Wire.HeaderMatcher { Name = header.Name, PresentMatch = true }).ToArray());
    }

    /// <summary>It puts a start and an end around a pattern as it stands, where they belong to the outer alternatives alone.</summary>
    private static void Group(Wire.RegexMatcher? pattern)
    {
        if (pattern is not null)
        {
            pattern.Regex = $"(?:{pattern.Regex})";
        }
    }
}
