using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Registry;

/// <summary>
/// Who is there. A lease lasts as long as its process says that it is alive, and some time after. A change concerns the very lease that
/// its caller had: what comes late for one that was replaced does nothing. Thread-safe.
/// </summary>
internal sealed partial class MeshRegistry : IRegistrations, IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ServiceLeases> _services = new(StringComparer.Ordinal);
    private readonly AddressIndex _addresses = new();
    private readonly RegistryOptions _options;
    private readonly GracePeriod _grace;
    private readonly IRegistrationStore _store;
    private readonly TimeProvider _time;
    private readonly RegistryMetrics _metrics;
    private readonly ILogger _logger;
    private readonly ITimer _sweep;
    private long _lastNumber;
    private int _count;
    private bool _isArmed;
    private IInstanceChecks? _checks;
    private volatile bool _isStopped;

    public MeshRegistry(
        RegistryOptions options, GracePeriod grace, IRegistrationStore store, TimeProvider time, RegistryMetrics metrics,
        ILogger<MeshRegistry> logger)
    {
        (_options, _grace, _store, _time, _metrics, _logger) = (options, grace, store, time, metrics, logger);
        using (ExecutionContext.SuppressFlow())
        {
            _sweep = time.CreateTimer(
                static state => ((MeshRegistry)state!).Sweep(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Raised with the full names of services whose endpoints may be others now, out of all locks.</summary>
    public event Action<IReadOnlyCollection<string>>? Changed;

    /// <summary>Takes over what a server before this one knew.</summary>
    /// <param name="registrations">Those that it knew.</param>
    /// <param name="absence">How long ago that was.</param>
    public void Restore(IReadOnlyCollection<Registration> registrations, TimeSpan absence)
    {
        bool areOld = absence > _options.MaxAbsence;
        if (!_grace.IsOver && !_options.IsNew)
        {
            _logger.GraceBegins(registrations.Count, _options.GracePeriod);
        }

        if (areOld && registrations.Count > 0)
        {
            _logger.RestoredAreOld(registrations.Count, absence);
        }

        lock (_gate)
        {
            foreach (Registration registration in registrations)
            {
                Add(new Lease(registration) { IsRestored = true, IsOld = areOld, HeardAt = _time.GetTimestamp() });
            }
        }
    }

    /// <summary>Takes a registration; clients are told at once.</summary>
    /// <param name="registration">What the process says.</param>
    /// <param name="before">The lease that its stream has; null: this is its first word.</param>
    /// <param name="stop">Ends its stream, without waiting for that.</param>
    /// <returns>Its lease, and what ends when it is kept.</returns>
    /// <exception cref="RpcException">ABORTED: another stream has the instance. RESOURCE_EXHAUSTED: there are too many.</exception>
    public (Lease Lease, Task Kept) Register(Registration registration, Lease? before, Action stop)
    {
        Lease lease;
        Task kept;
        IReadOnlyCollection<Lease> displaced;
        HashSet<string> changed = new(StringComparer.Ordinal) { registration.Service };
        lock (_gate)
        {
            Lease? known = Find(registration);
            if (before is not null && before != known)
            {
                throw new RpcException(before.EndStatus.StatusCode is StatusCode.OK ? RegistryFailures.Ended : before.EndStatus);
            }

            registration = known is null ? registration : registration.After(known.Registration);
            lease = before ?? Take(registration, known, stop, changed);
            if (before is not null)
            {
                _addresses.Remove(lease);
                lease.Say(registration);
                lease.HeldAt = null;
                lease.Number = ++_lastNumber;
                _addresses.Add(lease);
                Check(lease);
            }

            lease.HeardAt = _time.GetTimestamp();
            displaced = DropOthers(lease);
            changed.UnionWith(displaced.Select(other => other.Registration.Service));

            // One that is there goes on whether or not the disk has room.
            kept = _store.PutAsync(registration, canWait: known is not null);
        }

        Changed?.Invoke(changed);
        foreach (Lease other in displaced)
        {
            _logger.Displaced(other.Registration.Service, other.Registration.Instance, registration.Instance);
        }

        return (lease, kept);
    }

    /// <summary>The process is alive. False: its lease is over.</summary>
    public bool KeepAlive(Lease lease)
    {
        bool wasHeld;
        lock (_gate)
        {
            if (Find(lease.Registration) != lease)
            {
                return false;
            }

            wasHeld = lease.HeldAt is not null;
            (lease.HeardAt, lease.HeldAt) = (_time.GetTimestamp(), null);
        }

        if (wasHeld)
        {
            Changed?.Invoke([lease.Registration.Service]);
        }

        return true;
    }

    /// <summary>The stream has ended without a word: the process may come back, or be gone for good.</summary>
    public void StreamGone(Lease lease)
    {
        lock (_gate)
        {
            lease.Stop = null;
        }
    }

    /// <summary>The process is about to stop: nobody is to be sent there any more.</summary>
    /// <returns>What ends when it is forgotten.</returns>
    public Task Withdraw(Lease lease) => Withdraw(lease, Remove);

    /// <summary>Nobody is to be sent to any process of a service any more: it is not believed.</summary>
    public void WithdrawAll(string service)
    {
        Lease[] leases;
        lock (_gate)
        {
            leases = [.. _services.Values.Where(each => each.Name.Equals(service, StringComparison.OrdinalIgnoreCase)).SelectMany(each => each.All)];
        }

        Array.ForEach(leases, lease => _ = Withdraw(lease));
    }

    /// <summary>The registration could not be kept: its process is told so, and nobody is to be sent there.</summary>
    public void Refuse(Lease lease) => _ = Withdraw(lease, one =>
    {
        Drop(one);
        return Task.CompletedTask;
    });

    private Task Withdraw(Lease lease, Func<Lease, Task> remove)
    {
        Task forgotten;
        lock (_gate)
        {
            if (Find(lease.Registration) != lease)
            {
                return Task.CompletedTask;
            }

            forgotten = remove(lease);
        }

        Changed?.Invoke([lease.Registration.Service]);
        return forgotten;
    }

    /// <summary>Has all instances checked that ask for it, those that are there already, too.</summary>
    public void CheckBy(IInstanceChecks checks)
    {
        lock (_gate)
        {
            _checks = checks;
            foreach (Lease lease in _services.Values.SelectMany(service => service.All))
            {
                Check(lease);
            }
        }
    }

    /// <summary>What a check of the instance says. Nothing, where the instance has registered anew since, or is gone.</summary>
    public void SetHealth(Registration registration, bool isHealthy)
    {
        lock (_gate)
        {
            if (Find(registration) is not { } lease || !ReferenceEquals(lease.Registration, registration)
                || lease.IsUnhealthy != isHealthy)
            {
                return;
            }

            lease.IsUnhealthy = !isHealthy;
        }

        Changed?.Invoke([registration.Service]);
    }

    /// <summary>From now on nobody is given up: the server is about to stop, and its streams end.</summary>
    public void Stop() => _isStopped = true;

    public void Dispose() => _sweep.Dispose();

    private Lease? Find(Registration registration) => _services.GetValueOrDefault(registration.Service)?.Find(registration.Instance);

    private Lease Take(Registration registration, Lease? known, Action stop, HashSet<string> changed)
    {
        if (known is null && _count >= _options.MaxRegistrations)
        {
            throw new RpcException(RegistryFailures.TooMany(_options.MaxRegistrations));
        }

        // What is remembered of services has an end, too.
        if (_services.Count >= _options.MaxRegistrations && !_services.ContainsKey(registration.Service)
            && _services.Values.Where(service => service.All.Count == 0).MinBy(service => service.EmptySince) is { } forgotten)
        {
            _services.Remove(forgotten.Name);
            changed.Add(forgotten.Name);
        }

        if (known is not null && !MayReplace(registration, known))
        {
            throw new RpcException(RegistryFailures.Taken(registration, known.Registration.Epoch));
        }

        if (known is not null)
        {
            _addresses.Remove(known);
            _count--;
            known.End(RegistryFailures.Taken(known.Registration, registration.Epoch));
        }

        Lease lease = new(registration) { Stop = stop };
        Add(lease);
        return lease;
    }

    // Of one whose stream is gone the same epoch may come again: its process was not told that it was taken. So may it from where the
    // other one is: two processes cannot have one port, so that its stream has broken, and only this server does not know yet.
    private static bool MayReplace(Registration registration, Lease known) =>
        registration.Epoch != known.Registration.Epoch ? registration.Epoch > known.Registration.Epoch
        : !known.HasStream || (registration.Peer.Length > 0 && registration.Peer == known.Registration.Peer
            && registration.Endpoints == known.Registration.Endpoints);

    // A port of a machine belongs to one process: of those who claim it, one that is not heard is gone. One of a load balancer, which stands
    // elsewhere, may belong to many.
    private Lease[] DropOthers(Lease newcomer)
    {
        Lease[] gone = [.. _addresses.OthersAt(newcomer).Where(other => !other.HasStream)];
        foreach (Lease other in gone)
        {
            _ = Remove(other);
            _metrics.Displaced();
        }

        return gone;
    }

    private void Add(Lease lease)
    {
        string name = lease.Registration.Service;
        if (!_services.TryGetValue(name, out ServiceLeases? service))
        {
            _services.Add(name, service = new ServiceLeases(name, _time));
        }

        lease.Number = ++_lastNumber;
        service.Set(lease);
        _addresses.Add(lease);
        _count++;
        Check(lease);
        Arm();
    }

    // What is known of the instance holds on where it registers anew and is asked the same.
    private void Check(Lease lease) => lease.IsUnhealthy = _checks?.Watch(lease.Registration) == false;

    private Task Remove(Lease lease)
    {
        Drop(lease);
        return _store.DeleteAsync(lease.Registration);
    }

    private void Drop(Lease lease)
    {
        _services[lease.Registration.Service].Remove(lease);
        _addresses.Remove(lease);
        _count--;
        _checks?.Forget(lease.Registration);
    }
}
