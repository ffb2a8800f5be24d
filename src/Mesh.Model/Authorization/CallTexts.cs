namespace Mesh.Model.Authorization;

/// <summary>Reads the texts of calls.</summary>
internal static class CallTexts
{
    public static int Count { get; } = Enum.GetValues<CallText>().Length;

    /// <summary>False: it is not known.</summary>
    /// <param name="facts">The call.</param>
    /// <param name="text">What of it.</param>
    /// <param name="isWide">Whether it is compared widely: see <see cref="Words"/>.</param>
    /// <param name="value">As words are compared with it.</param>
    public static bool TryRead(in CallFacts facts, CallText text, bool isWide, out ReadOnlySpan<char> value)
    {
        string? whole = Whole(facts, text);
        value = text switch
        {
            CallText.Path when isWide => whole.AsSpan().TrimEnd('/'),
            CallText.HostName => WithoutPort(whole),
            _ => whole,
        };
        return whole is not null;
    }

    /// <summary>Null: it is not known.</summary>
    public static string? Whole(in CallFacts facts, CallText text) => text switch
    {
        CallText.Principal => facts.Peer?.Principal,
        CallText.Namespace => facts.Peer?.Namespace,
        CallText.TrustDomain => facts.Peer?.TrustDomain,
        CallText.Method => facts.Method,
        CallText.Path => facts.Path,
        CallText.Host or CallText.HostName => facts.Host,
        CallText.Route => facts.Route,
        CallText.ServerName => facts.ServerName,
        _ => throw new InvalidOperationException($"No text of a call is defined for '{text}'."),
    };

    public static StringComparison Comparison(CallText text, bool isWide) =>
        isWide || text is CallText.Host or CallText.HostName ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    /// <summary>Whether a host, or a word for one, says a port: the colons of an address are in brackets.</summary>
    public static bool HasPort(ReadOnlySpan<char> host) => host.LastIndexOf(':') > host.LastIndexOf(']');

    private static ReadOnlySpan<char> WithoutPort(ReadOnlySpan<char> host) => HasPort(host) ? host[..host.LastIndexOf(':')] : host;
}
