using System.Collections.Immutable;

namespace Mesh.ConfigServer.Clients;

/// <summary>Where xDS is not served nobody is connected.</summary>
internal sealed class NoClients : IMeshClients
{
    public ImmutableArray<MeshClientState> Snapshot() => [];
}
