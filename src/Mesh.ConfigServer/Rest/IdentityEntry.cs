using Mesh.ConfigServer.Certificates;

namespace Mesh.ConfigServer.Rest;

/// <summary>A process that has joined, and has a certificate in force.</summary>
/// <param name="Instance">Its id, by which it is revoked or unlocked.</param>
/// <param name="State"><c>active</c>, <c>locked</c> or <c>revoked</c>.</param>
/// <param name="Identity">Who it is.</param>
/// <param name="Service">Its service.</param>
/// <param name="Namespace">The service's namespace.</param>
/// <param name="Serial">Of its newest certificate.</param>
/// <param name="ExpiresAt">When that ends.</param>
/// <param name="Token">The join token by which it came.</param>
/// <param name="JoinedAt">When.</param>
/// <param name="JoinedFrom">Where from; null: that is not known.</param>
/// <param name="Reason">Why it is locked or revoked; null: it is not.</param>
internal sealed record IdentityEntry(
    string Instance, string State, string Identity, string Service, string Namespace, string Serial, DateTimeOffset ExpiresAt, string Token,
    DateTimeOffset JoinedAt, string? JoinedFrom, string? Reason)
{
    public static IdentityEntry Of(Member member, string trustDomain) => new(
        member.Id, member.RevokedAt is not null ? "revoked" : member.Locked is not null ? "locked" : "active", member.Grant.IdIn(trustDomain).ToString(),
        member.Grant.Service, member.Grant.Namespace, member.Issued, member.NotAfter, member.Token, member.JoinedAt, member.JoinedFrom?.ToString(), member.Locked);
}
