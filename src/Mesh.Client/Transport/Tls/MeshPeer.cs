using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Authentication;
using Mesh.Client.Identity;
using Mesh.Model.Identity;

namespace Mesh.Client.Transport.Tls;

/// <summary>The other side of connections on which both show the mesh's own certificates.</summary>
/// <param name="Source">Who we are, asked for each connection.</param>
/// <param name="Generation">Who we were when this was made: connections are given up where that is another.</param>
/// <param name="Ids">The identities that the other side may have, as the control plane names them; empty: that of the service's name.</param>
/// <param name="Namespace">The service's.</param>
/// <param name="Service">Its name there.</param>
/// <param name="Time">The clock.</param>
internal sealed record MeshPeer(
    IIdentitySource Source, WorkloadIdentity? Generation, ImmutableArray<string> Ids, string Namespace, string Service, TimeProvider Time)
{
    /// <summary>Writes itself over what a connection would be made with.</summary>
    /// <exception cref="AuthenticationException">We are nobody.</exception>
    public IServerCheck Apply(SslClientAuthenticationOptions options)
    {
        WorkloadIdentity self = Source.Current
            ?? throw new AuthenticationException($"This process has no identity, and Tls Mesh needs one. {Source.Trouble ?? "It is being asked for."}");
        PeerCheck check = new(self.Trust, Ids.IsEmpty ? IdsIn(self.Trust) : Ids, Time);
        check.Apply(options, self);
        return check;
    }

    public bool Equals(MeshPeer? other) =>
        other is not null
        && (Source, Namespace, Service) == (other.Source, other.Namespace, other.Service)
        && ReferenceEquals(Generation, other.Generation)
        && Ids.SequenceEqual(other.Ids);

    public override int GetHashCode() => HashCode.Combine(Namespace, Service, Ids.Length);

    private string[] IdsIn(TrustBundle trust) => [.. trust.Aliases.Prepend(trust.TrustDomain).Select(domain => new SpiffeId(domain, Namespace, Service).ToString())];
}
