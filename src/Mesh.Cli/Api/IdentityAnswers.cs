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

/// <summary>Who has joined, and who was taken back.</summary>
internal sealed record IdentitiesAnswer(ImmutableArray<MemberEntry> Identities, ImmutableArray<RevokedEntry> Revocations);

/// <summary>A process that has joined.</summary>
internal sealed record MemberEntry(
    string Instance, string State, string Identity, string Service, string Namespace, string Serial, DateTimeOffset ExpiresAt, string Token,
    DateTimeOffset JoinedAt, string? JoinedFrom, string? Reason);

/// <summary>What was taken back.</summary>
internal sealed record RevokedEntry(
    string Service, string Namespace, string? Serial, DateTimeOffset RevokedAt, string RevokedBy, DateTimeOffset EndsAt, string Reason);

/// <summary>What was taken back just now.</summary>
internal sealed record RevokedAnswer(string Service, string Namespace, int Instances, int Tokens);

/// <summary>How far the change of the mesh's root is.</summary>
internal sealed record RotationAnswer(
    string Phase, CaEntry Signing, CaEntry? Other, DateTimeOffset? Since, DateTimeOffset? Until, int Clients, ImmutableArray<MemberEntry> Behind, int MoreBehind);

/// <summary>What was issued.</summary>
internal sealed record CertificatesAnswer(string File, long? Lines, string? Fault, bool IsVerified, ImmutableArray<IssuedEntry> Certificates);

/// <summary>A certificate that was issued.</summary>
internal sealed record IssuedEntry(DateTimeOffset Time, string Serial, string Identity, DateTimeOffset NotAfter, string By, string Previous);
