using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;
using Mesh.Model;
using Mesh.Model.Xds;

namespace Mesh.ConfigServer.State;

/// <summary>
/// Who is called what: of two services with one name, nobody could tell which is meant. But any service may list its own short name, which
/// is another's if that comes first.
/// </summary>
internal sealed class MeshNames
{
    private readonly IReadOnlyDictionary<string, MeshService> _services;
    private readonly DocumentRoots _roots;
    private readonly FaultList _faults;
    private readonly Dictionary<string, List<DocumentKey>> _claims = new(StringComparer.Ordinal);

    private MeshNames(IReadOnlyDictionary<string, MeshService> services, DocumentRoots roots, FaultList faults) =>
        (_services, _roots, _faults) = (services, roots, faults);

    /// <summary>Only who lists a name that a change touches is looked at: all others were good, and still are.</summary>
    /// <param name="before">The state that is replaced.</param>
    /// <param name="changed">The services that are not what they were, by key.</param>
    /// <param name="services">All there are now, by full name.</param>
    /// <param name="roots">Their documents.</param>
    /// <param name="faults">Gets the names that two claim.</param>
    /// <returns>The hosts of the new state.</returns>
    public static ImmutableDictionary<string, ImmutableArray<string>> After(
        MeshState before, IReadOnlyCollection<DocumentKey> changed, IReadOnlyDictionary<string, MeshService> services, DocumentRoots roots,
        FaultList faults)
    {
        HashSet<string> touched = new(changed.SelectMany(key => Touched(key, before, services)), StringComparer.Ordinal);
        IEnumerable<DocumentKey> rivals = touched.SelectMany(name => before.Hosts.GetValueOrDefault(name, [])).Select(roots.KeyOf);
        MeshNames names = new(services, roots, faults);
        SortedSet<DocumentKey> concerned = [.. changed, .. rivals];
        foreach (DocumentKey key in concerned.Where(key => services.ContainsKey(key.FullName)).TakeWhile(_ => !faults.HasMore))
        {
            names.AddHosts(key);
        }

        return names.In(before.Hosts, touched);
    }

    // What it is and was called, however that is.
    private static IEnumerable<string> Touched(DocumentKey key, MeshState before, IReadOnlyDictionary<string, MeshService> services)
    {
        string fullName = key.FullName;
        IEnumerable<string> hosts =
            [.. before.Services.GetValueOrDefault(fullName)?.Hosts ?? [], .. services.GetValueOrDefault(fullName)?.Hosts ?? []];
        return hosts.Append(key.Name).Select(host => host.ToLowerInvariant()).Append(fullName);
    }

    private void AddHosts(DocumentKey key)
    {
        foreach ((int index, string host) in _services[key.FullName].Hosts.Index().TakeWhile(_ => !_faults.HasMore))
        {
            string name = host.ToLowerInvariant();
            if (OwnerOf(name, key) is { } owner && owner != key)
            {
                string message = $"'{host}' is a name of {_roots.Label(owner)} already. A name belongs to one service.";
                _faults.Add(_roots.Fault(key, $"hosts:{index}", message));
            }
            else if (!_services.ContainsKey(name))
            {
                Add(name, key);
            }
        }
    }

    private DocumentKey? OwnerOf(string name, DocumentKey key) =>
        // In its namespace a service is called by its short name, too.
        !_services.ContainsKey(XdsNames.Of(name, key.Namespace)) ? _claims.GetValueOrDefault(name)?[0]
        : name.Contains('.', StringComparison.Ordinal) ? _roots.KeyOf(name)
        : key with { Name = name };

    private void Add(string name, DocumentKey key)
    {
        if (!_claims.TryGetValue(name, out List<DocumentKey>? keys))
        {
            _claims.Add(name, [key]);
        }
        else if (keys[^1] != key)
        {
            keys.Add(key);
        }
    }

    private ImmutableDictionary<string, ImmutableArray<string>> In(
        ImmutableDictionary<string, ImmutableArray<string>> before, IEnumerable<string> touched)
    {
        ImmutableDictionary<string, ImmutableArray<string>>.Builder hosts = before.ToBuilder();
        foreach (string name in touched)
        {
            if (_claims.TryGetValue(name, out List<DocumentKey>? keys))
            {
                hosts[name] = [.. keys.Select(key => key.FullName)];
            }
            else
            {
                hosts.Remove(name);
            }
        }

        return hosts.ToImmutable();
    }
}
