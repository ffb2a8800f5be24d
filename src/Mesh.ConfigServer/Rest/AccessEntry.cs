using Mesh.ConfigServer.Access;

namespace Mesh.ConfigServer.Rest;

/// <summary>An access token, without its secret.</summary>
/// <param name="Id">By which it is revoked.</param>
/// <param name="Name">What the history and the audit call whoever uses it.</param>
/// <param name="State"><c>active</c>, <c>expired</c> or <c>revoked</c>.</param>
/// <param name="Role"><c>viewer</c>, <c>editor</c> or <c>admin</c>.</param>
/// <param name="Namespaces">Where it may read and write; <c>*</c>: everywhere, and what holds for the whole mesh.</param>
/// <param name="ExpiresAt">Until when it holds.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="CreatedBy">By whom.</param>
/// <param name="RevokedAt">Since when it is worth nothing; null: it is not revoked.</param>
internal sealed record AccessEntry(
    string Id, string Name, string State, string Role, IReadOnlyList<string> Namespaces, DateTimeOffset ExpiresAt, DateTimeOffset CreatedAt,
    string CreatedBy, DateTimeOffset? RevokedAt)
{
    public static AccessEntry Of(AccessToken token, DateTimeOffset now) => new(
        token.Id, token.Name, token.RevokedAt is not null ? "revoked" : token.IsInForce(now) ? "active" : "expired", token.Role.ToString().ToLowerInvariant(),
        [.. token.Namespaces ?? ["*"]], token.ExpiresAt, token.CreatedAt, token.CreatedBy, token.RevokedAt);
}
