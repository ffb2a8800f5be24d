using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;

namespace Mesh.ConfigServer.Store;

/// <summary>What there is to read now, and is not in force.</summary>
/// <param name="Since">When that began.</param>
/// <param name="Faults">What is wrong with it.</param>
internal sealed record StoreRefusal(DateTimeOffset Since, ImmutableArray<MeshFault> Faults);
