using System.Collections.Immutable;

namespace Mesh.ConfigServer.Registry;

/// <content>Who is there, for others to see.</content>
internal sealed partial class MeshRegistry
{
    public RegisteredService? Find(string service)
    {
        lock (_gate)
        {
            return _services.TryGetValue(service, out ServiceLeases? leases) ? Describe(leases) : null;
        }
    }

    public int CountFlapping()
    {
        lock (_gate)
        {
            return _services.Values.Count(service => RecentChanges.AreFlapping(service.Comings, service.Goings, service.All.Count));
        }
    }

    public IReadOnlyDictionary<InstanceState, int> CountByState()
    {
        lock (_gate)
        {
            return _services.Values.SelectMany(service => service.All).CountBy(StateOf).ToDictionary();
        }
    }

    public IReadOnlyCollection<string> Names()
    {
        lock (_gate)
        {
            return [.. _services.Keys];
        }
    }

    /// <summary>Null: nobody has registered for the service, or the last one has gone long ago.</summary>
    public RegisteredEndpoints? EndpointsOf(string service)
    {
        lock (_gate)
        {
            return _services.GetValueOrDefault(service)?.Endpoints();
        }
    }

    private RegisteredService Describe(ServiceLeases service) => new(
        service.Name,
        [
            .. service.All.OrderBy(lease => lease.Registration.Instance, StringComparer.Ordinal)
                .Select(lease => new RegisteredInstance(
                    lease.Registration, StateOf(lease), Silence(lease), lease.IsUnhealthy ? _checks?.ReasonOf(lease.Registration) : null)),
        ],
        service.Comings, service.Goings, service.All.Count > 0 ? null : _time.GetElapsedTime(service.EmptySince));

    private InstanceState StateOf(Lease lease) =>
        lease.IsHeld ? InstanceState.Held
        : lease.IsUnhealthy ? InstanceState.Unhealthy
        : lease.IsRestored ? InstanceState.Restored
        : IsOverdue(lease) ? InstanceState.Silent
        : InstanceState.Ready;
}
