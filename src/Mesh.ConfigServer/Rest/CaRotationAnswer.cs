using System.Collections.Immutable;
using Mesh.ConfigServer.Certificates;

namespace Mesh.ConfigServer.Rest;

/// <summary>How far the change of the root is.</summary>
/// <param name="Phase"><c>none</c>, <c>distribute</c> or <c>use</c>.</param>
/// <param name="Signing">The root that issues.</param>
/// <param name="Other">The one that is trusted beside it; null: none.</param>
/// <param name="Since">When the phase began; null: there is none.</param>
/// <param name="Until">It lasts until then at least.</param>
/// <param name="Clients">Processes with a certificate in force.</param>
/// <param name="Behind">Those of them that do not know both roots yet, a hundred at most.</param>
/// <param name="MoreBehind">How many there are besides.</param>
internal sealed record CaRotationAnswer(
    string Phase, CaCertificate Signing, CaCertificate? Other, DateTimeOffset? Since, DateTimeOffset? Until, int Clients, ImmutableArray<IdentityEntry> Behind,
    int MoreBehind)
{
    private const int Most = 100;

    public static CaRotationAnswer Of(RotationStatus status, string trustDomain)
    {
        bool isOn = status.State.Phase is not RotationPhase.None;
        return new CaRotationAnswer(
            status.State.Phase switch { RotationPhase.Distribute => "distribute", RotationPhase.Use => "use", _ => "none" },
            CaCertificate.Of(status.Signing), status.Other is { } other ? CaCertificate.Of(other) : null, isOn ? status.State.Since : null,
            isOn ? status.State.Until : null, status.Clients, [.. status.Behind.Take(Most).Select(member => IdentityEntry.Of(member, trustDomain))],
            Math.Max(status.Behind.Count - Most, 0));
    }
}
