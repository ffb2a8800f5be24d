namespace Mesh.Client.AspNetCore.Identity;

/// <summary>What a caller's claims are called.</summary>
internal static class MeshClaims
{
    /// <summary>How the caller was authenticated.</summary>
    public const string AuthenticationType = "Mesh";

    public const string TrustDomain = "mesh.trust_domain";
    public const string Namespace = "mesh.namespace";
    public const string Service = "mesh.service";
}
