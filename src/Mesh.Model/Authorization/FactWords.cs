namespace Mesh.Model.Authorization;

/// <summary>Facts of calls in words.</summary>
internal static class FactWords
{
    public static string Of(CallText text, string? value) => value switch
    {
        null when text is CallText.Principal or CallText.Namespace or CallText.TrustDomain => $"the {Name(text)} of a caller that has proven nothing",
        null => $"the unknown {Name(text)}",
        "" => $"the absent {Name(text)}",
        _ => $"{Name(text)} {value}",
    };

    private static string Name(CallText text) => text switch
    {
        CallText.Principal => "principal",
        CallText.Namespace => "namespace",
        CallText.TrustDomain => "trust domain",
        CallText.Method => "method",
        CallText.Path => "path",
        CallText.Host or CallText.HostName => "host",
        CallText.Route => "route",
        CallText.ServerName => "server name",
        _ => throw new InvalidOperationException($"No name is defined for '{text}'."),
    };
}
