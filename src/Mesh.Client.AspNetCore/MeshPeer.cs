using Mesh.Model.Identity;

namespace Mesh.Client.AspNetCore;

/// <summary>
/// Who calls, as the caller has proven with its certificate (SPIFFE's X509-SVID). It is a feature of the connection: no header of a request, and no
/// middleware that reads one, changes it.
/// </summary>
public sealed class MeshPeer
{
    internal MeshPeer(SpiffeId id) => (Id, TrustDomain, Namespace, Service) = (id.ToString(), id.TrustDomain, id.Namespace, id.Service);

    /// <summary>The whole name: <c>spiffe://{trust domain}/ns/{namespace}/sa/{service}</c>.</summary>
    public string Id { get; }

    /// <summary>The mesh that the caller is of.</summary>
    public string TrustDomain { get; }

    /// <summary>The namespace of the caller's service.</summary>
    public string Namespace { get; }

    /// <summary>The caller's service.</summary>
    public string Service { get; }

    /// <summary>The whole name.</summary>
    public override string ToString() => Id;
}
