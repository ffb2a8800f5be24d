using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;
using Mesh.Model;
using Mesh.Model.Documents;

namespace Mesh.ConfigServer.State;

/// <summary>What is allowed, and probably not meant: kept by service, with who refers to whom, so that a change costs what it concerns.</summary>
internal sealed class MeshWarnings
{
    // Of services that have some, without lines.
    private readonly ImmutableSortedDictionary<DocumentKey, ImmutableArray<MeshFault>> _byService;

    // By full names, of services that are not there, too.
    private readonly ImmutableDictionary<string, ImmutableHashSet<DocumentKey>> _referrers;

    private MeshWarnings(
        ImmutableSortedDictionary<DocumentKey, ImmutableArray<MeshFault>> byService,
        ImmutableDictionary<string, ImmutableHashSet<DocumentKey>> referrers) => (_byService, _referrers) = (byService, referrers);

    public static MeshWarnings None { get; } = new(
        ImmutableSortedDictionary<DocumentKey, ImmutableArray<MeshFault>>.Empty,
        ImmutableDictionary.Create<string, ImmutableHashSet<DocumentKey>>(StringComparer.Ordinal));

    /// <summary>By service, as many as a person may mend in one go.</summary>
    public IEnumerable<(DocumentKey Service, MeshFault Warning)> Told =>
        _byService.SelectMany(service => service.Value.Select(warning => (service.Key, warning))).Take(MeshDocuments.MostFaults);

    /// <param name="changed">The services that are not what they were.</param>
    /// <param name="before">All there were, by full name.</param>
    /// <param name="services">All there are, by full name.</param>
    public MeshWarnings After(
        IReadOnlyCollection<DocumentKey> changed, IReadOnlyDictionary<string, MeshService> before,
        IReadOnlyDictionary<string, MeshService> services)
    {
        ImmutableDictionary<string, ImmutableHashSet<DocumentKey>>.Builder referrers = _referrers.ToBuilder();
        foreach (DocumentKey key in changed)
        {
            foreach (string name in NamesIn(key, before))
            {
                if (referrers[name].Remove(key) is { IsEmpty: false } others)
                {
                    referrers[name] = others;
                }
                else
                {
                    referrers.Remove(name);
                }
            }

            foreach (string name in NamesIn(key, services))
            {
                referrers[name] = referrers.GetValueOrDefault(name, []).Add(key);
            }
        }

        ImmutableSortedDictionary<DocumentKey, ImmutableArray<MeshFault>>.Builder byService = _byService.ToBuilder();
        foreach (DocumentKey key in changed.Concat(changed.SelectMany(key => referrers.GetValueOrDefault(key.FullName, []))).Distinct())
        {
            byService.Remove(key);
            if (services.TryGetValue(key.FullName, out MeshService? service)
                && ServiceWarnings.Of(key, service, services).ToImmutableArray() is { IsEmpty: false } warnings)
            {
                byService.Add(key, warnings);
            }
        }

        return new MeshWarnings(byService.ToImmutable(), referrers.ToImmutable());
    }

    private static IEnumerable<string> NamesIn(DocumentKey key, IReadOnlyDictionary<string, MeshService> services) =>
        services.TryGetValue(key.FullName, out MeshService? service) ? ServiceWarnings.NamesIn(key, service).Distinct() : [];
}
