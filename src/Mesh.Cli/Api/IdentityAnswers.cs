using System.Collections.Immutable;

namespace Mesh.Cli.Api;

/// <summary>A join token that was made just now.</summary>
internal sealed record CreatedTokenAnswer(string Text, TokenEntry Token);

/// <summary>All join tokens.</summary>
internal sealed record TokensAnswer(ImmutableArray<TokenEntry> Tokens);

/// <summary>A join token, without its secret.</summary>
internal sealed record TokenEntry(
    string Id, string State, string Service, string Namespace, ImmutableSortedDictionary<string, string> Labels, ImmutableArray<string> Ranges,
    int? Uses, int Used, int? MaxInstances, int? RatePerMinute, DateTimeOffset ExpiresAt, DateTimeOffset CreatedAt, string CreatedBy,
    DateTimeOffset? RevokedAt);

/// <summary>The mesh's authority.</summary>
internal sealed record AuthorityAnswer(
    string TrustDomain, ImmutableArray<string> Aliases, string Place, ImmutableArray<CaEntry> Roots, CaEntry Issuer);

/// <summary>An authority's certificate.</summary>
internal sealed record CaEntry(string Subject, string KeyHash, DateTimeOffset NotBefore, DateTimeOffset NotAfter, string Pem);
