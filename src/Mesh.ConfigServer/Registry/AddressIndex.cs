namespace Mesh.ConfigServer.Registry;

/// <summary>Who claims which address. The registry's lock guards it.</summary>
internal sealed class AddressIndex
{
    private readonly Dictionary<string, HashSet<Lease>> _byAddress = new(StringComparer.Ordinal);

    public void Add(Lease lease)
    {
        foreach (string address in lease.Endpoints.Select(endpoint => endpoint.Authority))
        {
            if (!_byAddress.TryGetValue(address, out HashSet<Lease>? claimants))
            {
                _byAddress.Add(address, claimants = []);
            }

            claimants.Add(lease);
        }
    }

    public void Remove(Lease lease)
    {
        foreach (string address in lease.Endpoints.Select(endpoint => endpoint.Authority))
        {
            if (_byAddress.TryGetValue(address, out HashSet<Lease>? claimants) && claimants.Remove(lease) && claimants.Count == 0)
            {
                _byAddress.Remove(address);
            }
        }
    }

    /// <summary>Others that claim an address of the lease on the very machine that its stream comes from.</summary>
    public IReadOnlyCollection<Lease> OthersAt(Lease lease) =>
    [
        .. lease.Endpoints.Where(endpoint => endpoint.Endpoint.Host == lease.Registration.Peer)
            .SelectMany(endpoint => _byAddress.GetValueOrDefault(endpoint.Authority) ?? [])
            .Where(other => other != lease).Distinct(),
    ];
}
