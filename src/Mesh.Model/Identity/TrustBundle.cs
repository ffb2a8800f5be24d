using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Model.Identity;

/// <summary>Whom a mesh trusts: the authorities that may say who somebody is.</summary>
internal sealed class TrustBundle
{
    /// <param name="trustDomain">The mesh's own.</param>
    /// <param name="aliases">What it was called before, or is to be called: peers of these are taken as well.</param>
    /// <param name="roots">The authorities; at least one.</param>
    public TrustBundle(string trustDomain, IEnumerable<string> aliases, IEnumerable<X509Certificate2> roots)
    {
        TrustDomain = trustDomain;
        Aliases = [.. aliases];
        Roots = [.. roots];
    }

    public string TrustDomain { get; }

    public ImmutableArray<string> Aliases { get; }

    public ImmutableArray<X509Certificate2> Roots { get; }

    public bool Contains(string trustDomain) => trustDomain == TrustDomain || Aliases.Contains(trustDomain);

    /// <summary>Whether both trust the same.</summary>
    public bool IsSameAs(TrustBundle other) =>
        TrustDomain == other.TrustDomain && Aliases.SequenceEqual(other.Aliases)
        && Roots.Select(root => root.Thumbprint).ToHashSet().SetEquals(other.Roots.Select(root => root.Thumbprint));
}
