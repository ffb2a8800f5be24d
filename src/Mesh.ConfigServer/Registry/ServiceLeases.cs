using System.Collections.Immutable;
using Mesh.Model;

namespace Mesh.ConfigServer.Registry;

/// <summary>The leases of a service. The registry's lock guards them.</summary>
internal sealed class ServiceLeases(string name, TimeProvider time)
{
    private readonly Dictionary<string, Lease> _leases = new(StringComparer.Ordinal);
    private readonly RecentChanges _comings = new(time);
    private readonly RecentChanges _goings = new(time);

    public string Name => name;

    public IReadOnlyCollection<Lease> All => _leases.Values;

    /// <summary>When the last one went.</summary>
    public long EmptySince { get; private set; }

    public int Comings => _comings.Count;

    public int Goings => _goings.Count;

    public Lease? Find(string instance) => _leases.GetValueOrDefault(instance);

    /// <summary>Puts it in the place of the instance's one before, if there is one.</summary>
    public void Set(Lease lease)
    {
        if (!_leases.ContainsKey(lease.Registration.Instance))
        {
            _comings.Add();
        }

        _leases[lease.Registration.Instance] = lease;
    }

    public void Remove(Lease lease)
    {
        _leases.Remove(lease.Registration.Instance);
        _goings.Add();
        EmptySince = time.GetTimestamp();
    }

    /// <summary>In an order that is the same on every server; of those with one address the newest.</summary>
    public RegisteredEndpoints Endpoints()
    {
        Dictionary<string, (MeshEndpoint Endpoint, Lease Lease)> byAddress = new(StringComparer.Ordinal);
        foreach (Lease lease in _leases.Values)
        {
            foreach (MeshEndpoint endpoint in lease.Registration.Endpoints)
            {
                if (!byAddress.TryGetValue(endpoint.Authority, out (MeshEndpoint, Lease Lease) other) || other.Lease.Number < lease.Number)
                {
                    byAddress[endpoint.Authority] = (endpoint, lease);
                }
            }
        }

        ILookup<bool, MeshEndpoint> byRank = byAddress.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .ToLookup(pair => IsLast(pair.Value.Lease), pair => pair.Value.Endpoint);
        return new RegisteredEndpoints([.. byRank[false]], [.. byRank[true]]);
    }

    private static bool IsLast(Lease lease) => lease.IsUnhealthy || lease.HeldAt is not null;
}
