namespace Mesh.ConfigServer.Certificates;

/// <summary>A token as the server keeps it: who shows its secret joins the mesh as somebody.</summary>
internal sealed record JoinToken
{
    /// <summary>Not secret: what people and logs call it.</summary>
    public required string Id { get; init; }

    public required Grant Grant { get; init; }

    /// <summary>How many may join with it, each with a key of its own; null: any number.</summary>
    public int? Uses { get; init; }

    /// <summary>How many that joined with it may have a certificate in force at a time; null: any number.</summary>
    public int? MaxInstances { get; init; }

    /// <summary>How many may join with it within a minute; null: any number.</summary>
    public int? MaxPerMinute { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    /// <summary>From then on nobody joins with it, and who has joined with it renews nothing; null: it is not revoked.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>So many have joined with it.</summary>
    public int Used { get; init; }
}
