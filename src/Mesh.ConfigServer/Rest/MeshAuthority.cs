using System.Collections.Immutable;

namespace Mesh.ConfigServer.Rest;

/// <summary>Who says in this mesh who somebody is.</summary>
/// <param name="TrustDomain">The mesh's name in identities.</param>
/// <param name="Aliases">Others that are taken as well.</param>
/// <param name="Place">Where the keys are kept.</param>
/// <param name="Roots">Whom everybody trusts.</param>
/// <param name="Issuer">This server's own authority below them, which issues.</param>
internal sealed record MeshAuthority(
    string TrustDomain, ImmutableArray<string> Aliases, string Place, ImmutableArray<CaCertificate> Roots, CaCertificate Issuer);
