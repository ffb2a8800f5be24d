using Mesh.ConfigServer.Documents;
using Mesh.Model;

namespace Mesh.ConfigServer.State;

/// <summary>Who is called what: of two services with one name, nobody could tell which is meant.</summary>
internal sealed class MeshNames
{
    private readonly Dictionary<string, DocumentKey> _owners = new(StringComparer.Ordinal);

    /// <summary>Full names by hosts.</summary>
    public Dictionary<string, string> Hosts { get; } = new(StringComparer.Ordinal);

    public List<MeshFault> Faults { get; } = [];

    public static MeshNames Of(Dictionary<DocumentKey, MeshService> services, DocumentRoots roots)
    {
        MeshNames names = new();
        foreach (DocumentKey key in services.Keys)
        {
            names._owners.Add(key.FullName, key);
        }

        foreach ((DocumentKey key, MeshService service) in services.OrderBy(service => service.Key))
        {
            foreach ((int index, string host) in service.Hosts.Index())
            {
                names.Add(key, index, host, roots);
            }
        }

        return names;
    }

    private void Add(DocumentKey key, int index, string host, DocumentRoots roots)
    {
        string name = host.ToLowerInvariant();
        if (_owners.TryAdd(name, key))
        {
            Hosts.Add(name, key.FullName);
        }
        else if (_owners[name] != key)
        {
            Faults.Add(roots.Fault(
                key, $"hosts:{index}", $"'{host}' is a name of {roots.Label(_owners[name])} already. A name belongs to one service."));
        }
    }
}
