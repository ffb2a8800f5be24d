using System.Collections.Immutable;

namespace Mesh.ConfigServer.Access;

/// <summary>A token as the server keeps it: who shows its secret may use the API.</summary>
internal sealed record AccessToken
{
    /// <summary>Not secret: by which it is revoked.</summary>
    public required string Id { get; init; }

    /// <summary>What the history and the audit call whoever uses it. Of those in force each has its own.</summary>
    public required string Name { get; init; }

    public required AccessRole Role { get; init; }

    /// <summary>Where it may read and write; null: everywhere, and what holds for the whole mesh as well.</summary>
    public ImmutableSortedSet<string>? Namespaces { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    /// <summary>From then on it is worth nothing; null: it is not revoked.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    public bool IsInForce(DateTimeOffset now) => RevokedAt is null && now < ExpiresAt;
}
