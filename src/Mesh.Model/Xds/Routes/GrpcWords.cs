namespace Mesh.Model.Xds;

/// <summary>A match in words that all of gRPC's clients read alike. Each of these is one that grpc-js reads in its own way otherwise.</summary>
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
                // That there is such a test is seen there, and not which.
                (header.PresentMatch, header.InvertMatch) = (true, !header.InvertMatch);
            }
        }
    }

    /// <summary>A start and an end are put around a pattern as it stands: without a group they belong to the outer alternatives alone.</summary>
    private static void Group(Wire.RegexMatcher? pattern)
    {
        if (pattern is not null)
        {
            pattern.Regex = $"(?:{pattern.Regex})";
        }
    }
}
