using Mesh.Client.AspNetCore.Policy;
using Mesh.Client.Identity;
using Mesh.Client.Sources;
using Mesh.Model;
using MeshTls = Mesh.Model.Xds.Wire.ListeningAddress.Types.Tls;

namespace Mesh.Client.AspNetCore.Registration;

/// <summary>
/// Tells what listeners take of the mesh's TLS: what policies and settings say, where the process can show who it is. Who has been told of TLS once is not told
/// to call in plain text when the identity ends: that is a failure, and to be one.
/// </summary>
internal sealed class ListenersSecurity(IIdentitySource source, InboundPolicyMonitor policy, MeshIdentity self)
{
    private volatile string? _proven;

    /// <param name="settings">What holds at the moment.</param>
    public Func<int, MeshTls?> By(MeshSettings settings)
    {
        ServiceIdentity wanted = self.By(settings);
        string name = $"{wanted.Name}.{wanted.Namespace}";
        if (source.Current?.Id.FullName == name)
        {
            _proven = name;
        }

        bool isProven = _proven == name;
        InboundRules rules = policy.Current;
        return port => rules.TlsOf(port) switch
        {
            InboundTls.Strict => MeshTls.Strict,
            InboundTls.Permissive => isProven ? MeshTls.Permissive : MeshTls.None,
            _ => null,
        };
    }
}
