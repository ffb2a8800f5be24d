using System.Collections.Immutable;

namespace Mesh.ConfigServer.Rest;

/// <summary>The clients that are connected.</summary>
/// <param name="Time">When, by the server's clock, as all times here are.</param>
/// <param name="Clients">By their ids.</param>
internal sealed record ClientList(DateTimeOffset Time, ImmutableArray<Client> Clients);
