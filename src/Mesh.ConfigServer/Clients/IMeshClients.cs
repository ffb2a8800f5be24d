using System.Collections.Immutable;

namespace Mesh.ConfigServer.Clients;

/// <summary>The clients that are connected, as the ADS server sees them.</summary>
internal interface IMeshClients
{
    /// <summary>Of this moment, by id.</summary>
    ImmutableArray<MeshClientState> Snapshot();
}
