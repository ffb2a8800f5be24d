using System.Collections.Immutable;
using Mesh.ConfigServer.Clients;

namespace Mesh.ConfigServer.Rest;

/// <summary>The clients that are connected.</summary>
internal sealed record ClientList(ImmutableArray<MeshClientState> Clients);
