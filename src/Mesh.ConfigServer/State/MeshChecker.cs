using System.Collections.Frozen;
using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;
using Mesh.Model;
using Mesh.Model.Documents;

namespace Mesh.ConfigServer.State;

/// <summary>Makes a state from documents, or says what is wrong with them.</summary>
internal sealed class MeshChecker
{
    private readonly FaultList _faults = new();

    /// <param name="before">The state that is replaced: services whose documents and defaults stay as they were are taken from it.</param>
    /// <param name="version">That of the new state.</param>
    /// <param name="documents">All documents of the mesh.</param>
    /// <param name="written">Those among them whose lines are known, and what is wrong with others that were sent with them.</param>
    /// <param name="births">
    /// When services came, by full name; null: when the state before says, and those that are new with this one.
    /// </param>
    public static MeshCheck Check(
        MeshState before, StoreVersion version, ImmutableSortedDictionary<DocumentKey, MeshDocument> documents, DocumentSet written,
        IReadOnlyDictionary<string, long>? births = null) =>
        new MeshChecker().CheckAll(before, version, documents, written, births ?? before.Births);

    private MeshCheck CheckAll(
        MeshState before, StoreVersion version, ImmutableSortedDictionary<DocumentKey, MeshDocument> documents, DocumentSet written,
        IReadOnlyDictionary<string, long> births)
    {
        DocumentRoots roots = new(documents, written);
        _faults.AddRange(written.Faults);
        MeshService defaults = ReadDefaults(roots);
        bool sameDefaults = before.Documents.GetValueOrDefault(DocumentKey.Settings) == documents.GetValueOrDefault(DocumentKey.Settings);
        Dictionary<DocumentKey, MeshService> services = [];
        IEnumerable<MeshDocument> ofServices = documents.Values.Where(document => document.Key.Kind == DocumentKey.Service);
        foreach (MeshDocument document in ofServices.TakeWhile(_ => !_faults.HasMore))
        {
            MeshService? service = sameDefaults && before.Documents.GetValueOrDefault(document.Key) == document
                ? before.Services[document.Key.FullName] : Read(roots, document.Key, root => MeshDocuments.ReadService(root, defaults));
            if (service is not null)
            {
                services.Add(document.Key, service);
            }
        }

        bool areGood = _faults.Count == 0;
        MeshNames names = MeshNames.Of(services, roots, _faults);
        bool isConflict = areGood && _faults.Count > 0;
        return new MeshCheck(
            _faults.Count > 0 ? null : new MeshState
            {
                MeshId = before.MeshId, Epoch = version.Epoch, Generation = version.Generation, Documents = documents,
                Services = services.Values.ToImmutableDictionary(service => service.Name, StringComparer.Ordinal),
                Defaults = sameDefaults ? before.Defaults : defaults,
                Hosts = names.Hosts.ToFrozenDictionary(StringComparer.Ordinal),
                Births = services.Values.ToFrozenDictionary(
                    service => service.Name, service => births.GetValueOrDefault(service.Name, version.Generation), StringComparer.Ordinal),
            },
            _faults.ToFaults(), isConflict, _faults.Count > 0 ? [] : [.. MeshWarnings.Of(services, roots).Take(MeshDocuments.MostFaults)]);
    }

    private MeshService ReadDefaults(DocumentRoots roots) =>
        roots.Has(DocumentKey.Settings)
            ? Read(roots, DocumentKey.Settings, MeshDocuments.ReadDefaults) ?? new MeshService()
            : new MeshService();

    private MeshService? Read(DocumentRoots roots, DocumentKey key, Func<DocumentNode, DocumentResult<MeshService>> read)
    {
        DocumentResult<MeshService> result = read(roots.Of(key));
        _faults.AddRange(result, fault => roots.Fault(key, fault.Path, fault.Line, fault.Message));
        return result.Value;
    }
}
