using System.Collections.Immutable;

namespace Mesh.ConfigServer.Rest;

/// <summary>The clients that are connected.</summary>
internal sealed record ClientList(ImmutableArray<Client> Clients);
