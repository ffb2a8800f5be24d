using Mesh.ConfigServer.Certificates;

namespace Mesh.ConfigServer.Rest;

/// <summary>What was taken back, for as long as a certificate of it could be shown.</summary>
/// <param name="Service">Whose.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Serial">The one certificate; null: all of the service until then.</param>
/// <param name="RevokedAt">When.</param>
/// <param name="RevokedBy">By whom, as was claimed.</param>
/// <param name="EndsAt">When the last of them ends.</param>
/// <param name="Reason">Why.</param>
internal sealed record RevocationEntry(
    string Service, string Namespace, string? Serial, DateTimeOffset RevokedAt, string RevokedBy, DateTimeOffset EndsAt, string Reason)
{
    public static RevocationEntry Of(Revocation revocation) => new(
        revocation.Service, revocation.Namespace, revocation.Serial, revocation.Moment, revocation.Author, revocation.Ends, revocation.Reason);
}
