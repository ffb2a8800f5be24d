using Mesh.Model.Xds;

namespace Mesh.ConfigServer.State;

/// <summary>Which names of services are another one's: a document gives it the name as a host.</summary>
internal static class HostOwners
{
    /// <param name="documents">With their hosts.</param>
    /// <param name="service">The full name of a service without a document.</param>
    /// <returns>The full name of the other service; null: there is none.</returns>
    public static string? OwnerOf(MeshState documents, string service)
    {
        string space = XdsNames.NamespaceOf(service);
        string? owner = documents.OwnerOf(service);
        if (owner is null && documents.OwnerOf(service[..service.IndexOf('.', StringComparison.Ordinal)]) is { } other
            && XdsNames.NamespaceOf(other) == space)
        {
            // In its namespace a service is called by its short name, too.
            owner = other;
        }

        return owner == service ? null : owner;
    }

    /// <summary>The full name that a host takes from a service without a document, if the host has an owner.</summary>
    public static IEnumerable<string> NamesOf(string host, MeshState documents) =>
        documents.OwnerOf(host) is { } owner ? [XdsNames.Of(host, XdsNames.NamespaceOf(owner))] : [];
}
