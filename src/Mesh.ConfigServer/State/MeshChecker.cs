using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;
using Mesh.Model;
using Mesh.Model.Documents;

namespace Mesh.ConfigServer.State;

/// <summary>Makes a state from documents, or says what is wrong with them.</summary>
internal sealed class MeshChecker
{
    private readonly FaultList _faults = new();

    /// <param name="before">The state that is replaced: what stays as it was is taken from it, and not looked at again.</param>
    /// <param name="version">That of the new state.</param>
    /// <param name="documents">All documents of the mesh.</param>
    /// <param name="written">Those among them whose lines are known, and what is wrong with others that were sent with them.</param>
    /// <param name="births">
    /// When services came, by full name; null: when the state before says, and those that are new with this one.
    /// </param>
    public static MeshCheck Check(
        MeshState before, StoreVersion version, ImmutableSortedDictionary<DocumentKey, MeshDocument> documents, DocumentSet written,
        IReadOnlyDictionary<string, long>? births = null) =>
        new MeshChecker().CheckChanged(before, version, documents, written, births);

    private MeshCheck CheckChanged(
        MeshState before, StoreVersion version, ImmutableSortedDictionary<DocumentKey, MeshDocument> documents, DocumentSet written,
        IReadOnlyDictionary<string, long>? births)
    {
        DocumentRoots roots = new(documents, written);
        _faults.AddRange(written.Faults);
        SettingsDocument settings = ReadSettings(roots);
        MeshService defaults = settings.Defaults;
        bool sameDefaults = before.Documents.GetValueOrDefault(DocumentKey.Settings) == documents.GetValueOrDefault(DocumentKey.Settings);
        IEnumerable<DocumentKey> keys = sameDefaults ? DocumentDifference.Between(before.Documents, documents).Select(each => each.Key)
            : documents.Keys.Union(before.Documents.Keys).Order();
        ILookup<string, DocumentKey> byKind = keys.ToLookup(key => key.Kind);
        ImmutableArray<DocumentKey> changed = [.. byKind[DocumentKey.Service]];
        ImmutableDictionary<string, MeshService> services = ReadServices(before.Services, changed, roots, defaults);
        MeshPolicies policies = ReadPolicies(before, documents, byKind, roots, settings.Authorization);
        bool areGood = _faults.Count == 0;
        ImmutableDictionary<string, ImmutableArray<string>> hosts = MeshNames.After(before, changed, services, roots, _faults);
        if (_faults.Count > 0)
        {
            return new MeshCheck(null, _faults.ToFaults(), IsConflict: areGood, []);
        }

        // Where births are given, services may have been made anew just as they were.
        string[] suspects = [.. changed.Select(key => key.FullName).Union(births is null ? [] : services.Keys)];
        births ??= before.Births;
        MeshState state = new()
        {
            MeshId = before.MeshId, Epoch = version.Epoch, Generation = version.Generation, Documents = documents, Services = services,
            Policies = policies, Defaults = sameDefaults ? before.Defaults : defaults, Hosts = hosts,
            Births = before.Births.RemoveRange(suspects).AddRange(suspects.Where(services.ContainsKey).Select(
                name => KeyValuePair.Create(name, births.GetValueOrDefault(name, version.Generation)))),
            Warnings = before.Warnings.After(changed, before.Services, services), Step = before.Step + 1,
        };
        state = state with { ChangedServices = [.. suspects.Where(name => MeshChanges.IsOther(name, before, state))] };
        IEnumerable<MeshFault> warnings =
            state.Warnings.Told.Select(each => roots.Fault(each.Service, each.Warning.Path, each.Warning.Message));
        return new MeshCheck(state, [], IsConflict: false, [.. warnings]);
    }

    private ImmutableDictionary<string, MeshService> ReadServices(
        ImmutableDictionary<string, MeshService> before, ImmutableArray<DocumentKey> changed, DocumentRoots roots, MeshService defaults)
    {
        ImmutableDictionary<string, MeshService>.Builder services = before.ToBuilder();
        foreach (DocumentKey key in changed.TakeWhile(_ => !_faults.HasMore))
        {
            services.Remove(key.FullName);
            if (roots.Has(key) && Read(roots, key, root => MeshDocuments.ReadService(root, defaults)) is { } service)
            {
                services.Add(service.Name, service);
            }
        }

        return services.ToImmutable();
    }

    // The same object where nothing has changed.
    private MeshPolicies ReadPolicies(
        MeshState before, ImmutableSortedDictionary<DocumentKey, MeshDocument> documents, ILookup<string, DocumentKey> byKind, DocumentRoots roots, AuthorizationDefault standard)
    {
        MeshPolicies after = before.Policies with
        {
            Authorization = ReadPolicies(before, documents, before.Policies.Authorization, byKind[DocumentKey.AuthorizationPolicy], roots, MeshDocuments.ReadAuthorizationPolicy),
            PeerAuthentication = ReadPolicies(before, documents, before.Policies.PeerAuthentication, byKind[DocumentKey.PeerAuthentication], roots, MeshDocuments.ReadPeerAuthentication),
            Default = standard,
        };
        return after == before.Policies ? before.Policies : after;
    }

    private ImmutableSortedDictionary<DocumentKey, T> ReadPolicies<T>(
        MeshState before, ImmutableSortedDictionary<DocumentKey, MeshDocument> documents, ImmutableSortedDictionary<DocumentKey, T> policies, IEnumerable<DocumentKey> keys,
        DocumentRoots roots, Func<DocumentNode, DocumentResult<T>> read)
        where T : class
    {
        foreach (DocumentKey key in keys.TakeWhile(_ => !_faults.HasMore))
        {
            // Where the mesh's settings are others all keys are given, and most are as they were.
            if (before.Documents.GetValueOrDefault(key) is { } known && known == documents.GetValueOrDefault(key) && policies.ContainsKey(key))
            {
                continue;
            }

            policies = policies.Remove(key);
            policies = roots.Has(key) && Read(roots, key, read) is { } policy ? policies.Add(key, policy) : policies;
        }

        return policies;
    }

    private SettingsDocument ReadSettings(DocumentRoots roots) =>
        (roots.Has(DocumentKey.Settings) ? Read(roots, DocumentKey.Settings, MeshDocuments.ReadMeshSettings) : null) ?? new SettingsDocument();

    private T? Read<T>(DocumentRoots roots, DocumentKey key, Func<DocumentNode, DocumentResult<T>> read)
        where T : class
    {
        DocumentResult<T> result = read(roots.Of(key));
        _faults.AddRange(result, fault => roots.Fault(key, fault.Path, fault.Line, fault.Message));
        return result.Value;
    }
}
