using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using Mesh.Model.Identity;

namespace Mesh.ConfigServer.Certificates;

/// <summary>What issues at one moment, and who is trusted.</summary>
/// <param name="State">Which roots they are.</param>
/// <param name="Folder">Where the one that issues is.</param>
/// <param name="Top">The root, or the operator's authority.</param>
/// <param name="Issuer">This server's own below it.</param>
/// <param name="Other">The root beside it; null: there is none.</param>
/// <param name="Bridge">The root's key as the other one vouches for it: who knows but the other believes us by it. Null: nobody needs it.</param>
internal sealed record AuthorityParts(
    AuthorityState State, AuthorityFolder Folder, SigningAuthority Top, SigningAuthority Issuer, SigningAuthority? Other, X509Certificate2? Bridge)
{
    /// <summary>Whom the mesh trusts: first the one that issues.</summary>
    public TrustBundle Bundle { get; } = new(
        UriName.DomainOf(Issuer.Certificate)!, [], Other is null ? [Top.Root] : [Top.Root, Other.Root]);

    /// <summary>Those above a leaf, the roots last.</summary>
    public ImmutableArray<X509Certificate2> Above => [.. Issuer.Path[..^1], .. Bridge is null ? [] : (X509Certificate2[])[Bridge], .. Bundle.Roots];

    /// <exception cref="IOException">A file is damaged, missing, another's or open to others.</exception>
    public static AuthorityParts Open(AuthoritySettings settings, AuthorityState state, DateTimeOffset now)
    {
        AuthorityFolder folder = new(settings with { Directory = state.Require(settings.Directory, state.Signing) });
        SigningAuthority top = folder.Top(now);
        SigningAuthority issuer = folder.Issuer(top, now);
        if (state.Other is not { } number)
        {
            return new AuthorityParts(state, folder, top, issuer, null, null);
        }

        SigningAuthority other = new AuthorityFolder(settings with { Directory = state.Require(settings.Directory, number) }).Top(now);
        X509Certificate2? bridge = state.Phase is RotationPhase.Use ? CaCertificates.Bridge(top.Root, other, now) : null;
        return new AuthorityParts(state, folder, top, issuer, other, bridge);
    }
}
