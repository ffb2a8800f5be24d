using Mesh.Model.Identity;

namespace Mesh.ConfigServer.Certificates;

/// <summary>An identity, or one certificate, that was taken back.</summary>
/// <param name="Service">Whose.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Serial">The one certificate; null: all that were issued until then.</param>
/// <param name="Moment">When.</param>
/// <param name="Ends">The last certificate that it concerns has ended by then.</param>
/// <param name="Reason">Why.</param>
/// <param name="Author">By whom, as was claimed.</param>
internal sealed record Revocation(
    string Service, string Namespace, string? Serial, DateTimeOffset Moment, DateTimeOffset Ends, string Reason, string Author)
{
    /// <summary>What was issued until the moment began then, or before.</summary>
    public DateTimeOffset Until => DateTimeOffset.FromUnixTimeSeconds(Moment.ToUnixTimeSeconds()) - CertificateAuthority.Backdating;

    public bool IsOf(SpiffeId id) =>
        id.Service.Equals(Service, StringComparison.OrdinalIgnoreCase) && id.Namespace.Equals(Namespace, StringComparison.OrdinalIgnoreCase);

    public bool Concerns(SpiffeId id, string? serial, DateTimeOffset notBefore) => Serial is null ? notBefore <= Until && IsOf(id) : Serial == serial;
}
