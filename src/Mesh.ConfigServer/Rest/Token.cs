using Mesh.ConfigServer.Certificates;

namespace Mesh.ConfigServer.Rest;

/// <summary>A join token, without its secret.</summary>
/// <param name="Id">By which it is revoked.</param>
/// <param name="State"><c>active</c>, <c>usedUp</c>, <c>expired</c> or <c>revoked</c>.</param>
/// <param name="Service">What processes join as.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Labels">Those that policies may select on.</param>
/// <param name="Ranges">Where processes join from; none: anywhere.</param>
/// <param name="Uses">How many processes may join by it; null: any number.</param>
/// <param name="Used">How many have.</param>
/// <param name="MaxInstances">How many may have a certificate by it at one time; null: any number.</param>
/// <param name="RatePerMinute">How many may join in a minute; null: any number.</param>
/// <param name="ExpiresAt">Until when processes join by it.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="CreatedBy">By whom, as was claimed.</param>
/// <param name="RevokedAt">Since when it is worth nothing; null: it is not revoked.</param>
internal sealed record Token(
    string Id, string State, string Service, string Namespace, IReadOnlyDictionary<string, string> Labels, IReadOnlyList<string> Ranges, int? Uses,
    int Used, int? MaxInstances, int? RatePerMinute, DateTimeOffset ExpiresAt, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset? RevokedAt)
{
    public static Token Of(JoinToken token, DateTimeOffset now) => new(
        token.Id,
        token.RevokedAt is not null ? "revoked" : token.ExpiresAt <= now ? "expired" : token.Used >= token.Uses ? "usedUp" : "active",
        token.Grant.Service, token.Grant.Namespace, token.Grant.Labels, [.. token.Grant.Ranges.Select(range => range.ToString())], token.Uses, token.Used,
        token.MaxInstances, token.MaxPerMinute, token.ExpiresAt, token.CreatedAt, token.CreatedBy, token.RevokedAt);
}
