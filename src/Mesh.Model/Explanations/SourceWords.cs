namespace Mesh.Model.Explanations;

/// <summary>Matches of callers in words.</summary>
internal static class SourceWords
{
    public static string Of(SourceMatch match) => string.Join(", ", Parts(match));

    private static IEnumerable<string> Parts(SourceMatch match)
    {
        if (match.Service is { } service)
        {
            yield return service;
        }

        if (match.Namespace is { } space)
        {
            yield return $"in namespace {space}";
        }

        foreach ((string name, string value) in match.Labels)
        {
            yield return $"labelled {name}={value}";
        }
    }
}
