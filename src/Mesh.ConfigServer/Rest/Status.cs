using Mesh.ConfigServer.Store;

namespace Mesh.ConfigServer.Rest;

/// <summary>The server at a glance.</summary>
/// <param name="Version">Of the product.</param>
/// <param name="Epoch">Grows when a store is made or restored.</param>
/// <param name="Generation">Grows with every write.</param>
/// <param name="MeshId">Tells one mesh from another; a backup has the same.</param>
/// <param name="ReadOnly">True: documents come from files that the server watches.</param>
/// <param name="StartedAt">When the server was started.</param>
/// <param name="Services">How many there are, those that are known for their instances alone among them.</param>
/// <param name="Clients">How many are connected.</param>
/// <param name="Store">Where the documents are kept.</param>
/// <param name="Xds">The address taken; null: not served.</param>
/// <param name="Http">The address taken.</param>
/// <param name="Refused">
/// The files that are watched have faults: since when, and which. The documents in force are older. Null: they are the newest.
/// </param>
internal sealed record Status(
    string Version, long Epoch, long Generation, string MeshId, bool ReadOnly, DateTimeOffset StartedAt, int Services, int Clients,
    string Store, string? Xds, string? Http, StoreRefusal? Refused);
