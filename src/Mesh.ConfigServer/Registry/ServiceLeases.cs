using System.Collections.Immutable;

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

    /// <summary>A copy: under the lock nothing is made of it.</summary>
    public RegisteredEndpoints Endpoints()
    {
        ImmutableArray<EndpointClaim>.Builder claims = ImmutableArray.CreateBuilder<EndpointClaim>(_leases.Count);
        foreach (Lease lease in _leases.Values)
        {
            foreach (RegisteredEndpoint endpoint in lease.Endpoints)
            {
                claims.Add(new EndpointClaim(endpoint, lease.Number, IsLast(lease)));
            }
        }

        return new RegisteredEndpoints(claims.DrainToImmutable());
    }

    private static bool IsLast(Lease lease) => lease.IsUnhealthy || lease.IsHeld;
}
