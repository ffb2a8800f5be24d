using System.Net;

namespace Mesh.ConfigServer.Certificates;

/// <summary>A process that has joined, through all of its certificates.</summary>
internal sealed record Member
{
    public required string Id { get; init; }

    /// <summary>The token that it joined with.</summary>
    public required string Token { get; init; }

    /// <summary>What that granted at the time.</summary>
    public required Grant Grant { get; init; }

    /// <summary>SHA-256 of the public key that it joined with: who asks with it again is the same one.</summary>
    public required string JoinKey { get; init; }

    public required DateTimeOffset JoinedAt { get; init; }

    public required IPAddress? JoinedFrom { get; init; }

    /// <summary>The serial of the last certificate that it is known to have.</summary>
    public required string Acknowledged { get; init; }

    /// <summary>The serial of the last that was issued to it. It may not have arrived.</summary>
    public required string Issued { get; init; }

    /// <summary>When the last that was issued ends.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>Why nothing is issued to it any more; null: nothing is wrong.</summary>
    public string? Locked { get; init; }

    /// <summary>When it was taken back, which nothing undoes; null: it was not.</summary>
    public DateTimeOffset? RevokedAt { get; init; }
}
