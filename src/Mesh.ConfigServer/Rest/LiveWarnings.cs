using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.Registry;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Store;
using Mesh.Model.Documents;
using Mesh.Model.Xds;

namespace Mesh.ConfigServer.Rest;

/// <summary>Warns of what a write does to processes that have registered, which its documents do not speak of.</summary>
internal sealed class LiveWarnings(IRegistrations registrations)
{
    /// <param name="result">What the write did, or would do.</param>
    /// <param name="put">The documents that it wrote.</param>
    public WriteResult AddTo(WriteResult result, DocumentSet put)
    {
        DocumentRoots roots = new(ImmutableSortedDictionary<DocumentKey, MeshDocument>.Empty, put);
        MeshFault[] taken = [.. put.Documents.Where(document => document.Key.Kind == DocumentKey.Service).SelectMany(document => TakenNames(document, roots))];
        return taken.Length == 0 ? result : result with { Warnings = [.. result.Warnings, .. taken] };
    }

    // A host with a port takes the calls to that port alone.
    private IEnumerable<MeshFault> TakenNames(ReadDocument document, DocumentRoots roots) =>
        from host in DocumentSchema.Service.Read(document.Root, new ServiceDocument(), new Reading()).Service.Hosts.Index()
        let authority = Authority.Parse(host.Item)
        where authority.Port.Length == 0
        let name = XdsNames.Of(authority.Host, document.Key.Namespace)
        where name != document.Key.FullName
        let instances = registrations.Find(name)?.Instances.Length ?? 0
        where instances > 0
        select roots.Fault(
            document.Key, $"hosts:{host.Index}",
            $"'{host.Item}' is how {(instances == 1 ? "1 registered instance of" : $"{instances} registered instances of")} {name} "
            + $"{(instances == 1 ? "is" : "are")} called: with this document calls go to {document.Key.FullName}, and none there. "
            + "Leave the host out unless that is meant.");
}
