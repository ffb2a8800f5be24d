namespace Mesh.ConfigServer.Certificates;

/// <summary>Whom the mesh trusts, as everybody may know.</summary>
/// <param name="TrustDomain">The mesh's own.</param>
/// <param name="Aliases">Others that are taken as well.</param>
/// <param name="Roots">In PEM.</param>
internal sealed record TrustBundleAnswer(string TrustDomain, IReadOnlyList<string> Aliases, IReadOnlyList<string> Roots);
