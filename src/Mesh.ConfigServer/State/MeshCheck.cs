using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;

namespace Mesh.ConfigServer.State;

/// <summary>What documents make of the mesh.</summary>
/// <param name="State">Null: there are faults.</param>
/// <param name="Faults">All that is wrong.</param>
/// <param name="IsConflict">True: each document is good as such, and two claim one name.</param>
/// <param name="Warnings">What is allowed, and probably not meant.</param>
internal sealed record MeshCheck(MeshState? State, ImmutableArray<MeshFault> Faults, bool IsConflict, ImmutableArray<MeshFault> Warnings);
