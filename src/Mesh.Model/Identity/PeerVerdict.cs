using System.Diagnostics.CodeAnalysis;

namespace Mesh.Model.Identity;

/// <summary>Whether a peer has proven who it is.</summary>
internal sealed record PeerVerdict
{
    private PeerVerdict()
    {
    }

    /// <summary>Null: it has not.</summary>
    public SpiffeId? Id { get; private init; }

    /// <summary>Why not, as a sentence for logs: never for the peer.</summary>
    public string? Refusal { get; private init; }

    [MemberNotNullWhen(true, nameof(Id))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool IsProven => Id is not null;

    public static PeerVerdict Proven(SpiffeId id) => new() { Id = id };

    public static PeerVerdict Refused(string why) => new() { Refusal = why };
}
