using System.Text.Json;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.Store;

namespace Mesh.ConfigServer.Certificates;

/// <summary>What the audit has of the authority and of what it gave: names, and hashes of what stands there.</summary>
internal static class IdentityAudit
{
    /// <summary>One process, or one that there was before, and what became of it.</summary>
    public static AuditChange Of(Member before, Member after) =>
        new($"process {after.Id} of {after.Grant.Service}.{after.Grant.Namespace}", HashOf(before), HashOf(after));

    /// <summary>What was taken back of a service as a whole.</summary>
    public static AuditChange Of(Revocation added) =>
        new($"identity {added.Service}.{added.Namespace}", null, Hash($"{added.Moment.ToUnixTimeMilliseconds()} {added.Ends.ToUnixTimeMilliseconds()} {added.Reason}"));

    public static AuditChange Of(JoinToken? before, JoinToken after) =>
        new($"token {after.Id} of {after.Grant.Service}.{after.Grant.Namespace}", HashOf(before), HashOf(after));

    /// <summary>Which roots there are, and what each is for.</summary>
    public static AuditChange Of(string trustDomain, AuthorityState before, AuthorityState after) =>
        new($"authority {trustDomain}", HashOf(before), HashOf(after));

    private static string HashOf(Member member) => Hash(
        $"{member.Id} {member.Token} {GrantJson.Write(member.Grant)} {member.Acknowledged} {member.Issued} {member.RevokedAt?.ToUnixTimeMilliseconds()} {member.Locked}");

    // Of all that stands in it, but how often it was used.
    private static string? HashOf(JoinToken? token) => token is null ? null : Hash(
        $"{token.Id} {GrantJson.Write(token.Grant)} {token.Uses} {token.MaxInstances} {token.MaxPerMinute} "
        + $"{token.ExpiresAt.ToUnixTimeMilliseconds()} {token.CreatedAt.ToUnixTimeMilliseconds()} {token.RevokedAt?.ToUnixTimeMilliseconds()}");

    private static string HashOf(AuthorityState state) => Hash(JsonSerializer.Serialize(state, CertificatesJson.Default.AuthorityState));

    private static string Hash(string content) => ContentHash.Of(content)[..ContentHash.ETagLength];
}
