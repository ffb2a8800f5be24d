using Mesh.ConfigServer.State;

namespace Mesh.ConfigServer.Certificates;

/// <summary>Whom the mesh believes, as its authority has it.</summary>
internal sealed class AuthorityTrust(CertificateAuthority authority) : IMeshTrust
{
    // There is no change yet that could be told of.
    public event Action? Changed
    {
        add { }
        remove { }
    }

    public MeshTrust Current { get; } = new(authority.Bundle, []);
}
