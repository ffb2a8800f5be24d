using Mesh.ConfigServer.Documents;

namespace Mesh.ConfigServer.Store;

/// <summary>Checks documents as a mesh of their own, without a store.</summary>
internal static class DocumentCheck
{
    /// <exception cref="BadDocumentsException">Documents have faults, or claim each other's names.</exception>
    public static WriteResult Check(DocumentSet documents) => throw new NotImplementedException();
}
