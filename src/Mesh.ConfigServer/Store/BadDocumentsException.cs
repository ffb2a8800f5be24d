using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;

namespace Mesh.ConfigServer.Store;

/// <summary>Documents cannot be taken; nothing was changed.</summary>
/// <param name="faults">All that is wrong.</param>
/// <param name="isConflict">True: each document is good as such, and two claim one name.</param>
internal sealed class BadDocumentsException(ImmutableArray<MeshFault> faults, bool isConflict)
    : Exception(Describe(faults))
{
    // All of them are for whoever sent the documents, not for the text of an exception.
    private const int MostInMessage = 20;

    public ImmutableArray<MeshFault> Faults => faults;

    public bool IsConflict => isConflict;

    private static string Describe(ImmutableArray<MeshFault> faults) =>
        string.Join(Environment.NewLine, faults.Take(MostInMessage))
        + (faults.Length > MostInMessage ? $"{Environment.NewLine}… and {faults.Length - MostInMessage} more." : "");
}
