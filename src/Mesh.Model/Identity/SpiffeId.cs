using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Mesh.Model.Identity;

/// <summary>
/// Who a process can prove to be: <c>spiffe://{trust domain}/ns/{namespace}/sa/{service}</c>, as Istio names workloads. What is not of this form,
/// letter by letter (SPIFFE-ID, 2), is nobody's.
/// </summary>
/// <param name="TrustDomain">The mesh, in lower case.</param>
/// <param name="Namespace">The service's.</param>
/// <param name="Service">The service.</param>
internal sealed record SpiffeId(string TrustDomain, string Namespace, string Service)
{
    private const string Scheme = "spiffe://";
    private const int LongestTrustDomain = 255;
    private const int Longest = 2048;

    private static readonly SearchValues<char> s_domain = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-_");
    private static readonly SearchValues<char> s_segment = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_");

    // Without setters, so that no copy tells one thing here and another in Principal.
    public string TrustDomain { get; } = TrustDomain;

    public string Namespace { get; } = Namespace;

    public string Service { get; } = Service;

    /// <summary>As policies name it, without the scheme: <c>mesh-1a2b/ns/default/sa/catalog</c>.</summary>
    public string Principal { get; } = $"{TrustDomain}/ns/{Namespace}/sa/{Service}";

    /// <summary>What the service is called in the whole mesh: <c>catalog.default</c>.</summary>
    public string FullName => $"{Service}.{Namespace}";

    public static bool TryParse(string text, [NotNullWhen(true)] out SpiffeId? id)
    {
        id = text.Length <= Longest && text.StartsWith(Scheme, StringComparison.Ordinal)
            && text[Scheme.Length..].Split('/') is [var domain, "ns", var space, "sa", var service]
            && IsTrustDomain(domain) && IsSegment(space) && IsSegment(service)
                ? new SpiffeId(domain, space, service) : null;
        return id is not null;
    }

    /// <summary>Whether it can be a mesh's name.</summary>
    public static bool IsTrustDomain(string text) =>
        text.Length is > 0 and <= LongestTrustDomain && !text.AsSpan().ContainsAnyExcept(s_domain);

    public override string ToString() => Scheme + Principal;

    private static bool IsSegment(string text) => text is not ("" or "." or "..") && !text.AsSpan().ContainsAnyExcept(s_segment);
}
