using Mesh.ConfigServer.Documents;
using Mesh.Model;

namespace Mesh.ConfigServer.State;

/// <summary>Who is called what: of two services with one name, nobody could tell which is meant.</summary>
internal sealed class MeshNames
{
    private readonly Dictionary<DocumentKey, MeshService> _services;
    private readonly FaultList _faults;
    private readonly Dictionary<string, DocumentKey> _owners = new(StringComparer.Ordinal);

    /// <summary>Full names by hosts.</summary>
    public Dictionary<string, string> Hosts { get; } = new(StringComparer.Ordinal);

    private MeshNames(Dictionary<DocumentKey, MeshService> services, FaultList faults) => (_services, _faults) = (services, faults);

    /// <param name="services">All of the mesh.</param>
    /// <param name="roots">Their documents.</param>
    /// <param name="faults">Gets the names that two claim.</param>
    public static MeshNames Of(Dictionary<DocumentKey, MeshService> services, DocumentRoots roots, FaultList faults)
    {
        MeshNames names = new(services, faults);
        foreach (DocumentKey key in services.Keys)
        {
            names._owners.Add(key.FullName, key);
        }

        foreach ((DocumentKey key, MeshService service) in services.OrderBy(service => service.Key).TakeWhile(_ => !faults.HasMore))
        {
            foreach ((int index, string host) in service.Hosts.Index().TakeWhile(_ => !faults.HasMore))
            {
                names.Add(key, index, host, roots);
            }
        }

        return names;
    }

    private void Add(DocumentKey key, int index, string host, DocumentRoots roots)
    {
        string name = host.ToLowerInvariant();

        // In its namespace a service is called by its short name, too.
        DocumentKey owner = key with { Name = name };
        if (!_services.ContainsKey(owner) && !_owners.TryGetValue(name, out owner!))
        {
            owner = key;
        }

        if (owner != key)
        {
            string message = $"'{host}' is a name of {roots.Label(owner)} already. A name belongs to one service.";
            _faults.Add(roots.Fault(key, $"hosts:{index}", message));
        }
        else if (_owners.TryAdd(name, key))
        {
            Hosts.Add(name, key.FullName);
        }
    }
}
