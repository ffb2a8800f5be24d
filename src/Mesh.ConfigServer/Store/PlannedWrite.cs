using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.State;

namespace Mesh.ConfigServer.Store;

/// <summary>A write that is checked, and good as long as the state that it replaces is in force.</summary>
/// <param name="Before">That state.</param>
/// <param name="After">The one to put in its place.</param>
/// <param name="ChangesNothing">True: there is nothing to write, or it is a dry run.</param>
/// <param name="Result">What the caller is told.</param>
/// <param name="Warnings">All of the new state.</param>
internal sealed record PlannedWrite(MeshState Before, MeshState After, bool ChangesNothing, WriteResult Result, ImmutableArray<MeshFault> Warnings);
