using System.Collections.Immutable;
using System.Net;

namespace Mesh.Model;

/// <summary>
/// Who calls. All that is given must hold: of each list any entry, of those that are called Not none. Words are exact, <c>begin*</c>, <c>*end</c>
/// or <c>*</c>, which is anything at all.
/// </summary>
internal sealed record AuthorizationSource
{
    /// <summary><c>{trust domain}/ns/{namespace}/sa/{service}</c>.</summary>
    public ImmutableArray<string> Principals { get; init; } = [];

    public ImmutableArray<string> NotPrincipals { get; init; } = [];

    public ImmutableArray<string> Namespaces { get; init; } = [];

    public ImmutableArray<string> NotNamespaces { get; init; } = [];

    public ImmutableArray<string> TrustDomains { get; init; } = [];

    public ImmutableArray<string> NotTrustDomains { get; init; } = [];

    /// <summary>Where the connection comes from.</summary>
    public ImmutableArray<IPNetwork> IpBlocks { get; init; } = [];

    public ImmutableArray<IPNetwork> NotIpBlocks { get; init; } = [];
}
