using System.Collections.Immutable;

namespace Mesh.ConfigServer.Documents;

/// <summary>What was read from a text: documents, and what is wrong with those that could not be read.</summary>
internal sealed record DocumentSet(ImmutableArray<ReadDocument> Documents, ImmutableArray<MeshFault> Faults)
{
    public static DocumentSet Empty { get; } = new([], []);
}
