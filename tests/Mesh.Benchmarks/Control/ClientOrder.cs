namespace Mesh.Benchmarks.Control;

/// <summary>What the suite asks of a real client: to follow services until they have so many endpoints in all.</summary>
/// <param name="Services">Their names.</param>
/// <param name="Endpoints">How many are waited for.</param>
/// <param name="Settles">Whether garbage is collected before the answer.</param>
internal sealed record ClientOrder(string[] Services, int Endpoints, bool Settles);
