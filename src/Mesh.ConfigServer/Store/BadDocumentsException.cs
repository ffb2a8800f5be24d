using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;

namespace Mesh.ConfigServer.Store;

/// <summary>Documents cannot be taken; nothing was changed.</summary>
/// <param name="faults">All that is wrong.</param>
/// <param name="isConflict">True: each document is good as such, and two claim one name.</param>
internal sealed class BadDocumentsException(ImmutableArray<MeshFault> faults, bool isConflict)
    : Exception(string.Join(Environment.NewLine, faults))
{
    public ImmutableArray<MeshFault> Faults => faults;

    public bool IsConflict => isConflict;
}
