namespace Mesh.ConfigServer.Registry;

/// <content>The end of leases whose processes are silent.</content>
internal sealed partial class MeshRegistry
{
    private long _armedAt;
    private long? _stalledAt;

    private void Arm()
    {
        if (!_isArmed)
        {
            _isArmed = true;
            _armedAt = _time.GetTimestamp();
            _sweep.Change(_options.SweepInterval, Timeout.InfiniteTimeSpan);
        }
    }

    private void Sweep()
    {
        List<string> changed = [];
        lock (_gate)
        {
            _isArmed = false;
            foreach (ServiceLeases service in MayExpire() ? [.. _services.Values] : Array.Empty<ServiceLeases>())
            {
                if (SweepService(service))
                {
                    changed.Add(service.Name);
                }
            }

            if (_services.Count > 0)
            {
                Arm();
            }
        }

        if (changed.Count > 0)
        {
            Changed?.Invoke(changed);
        }
    }

    // A server that was itself stopped for a while has still to read what processes said meanwhile.
    private bool MayExpire()
    {
        if (_isStopped)
        {
            return false;
        }

        if (_time.GetElapsedTime(_armedAt) > _options.SweepInterval + _options.KeepAliveInterval)
        {
            _stalledAt = _time.GetTimestamp();
        }

        return (_grace.IsOver || _options.IsNew) && (_stalledAt is not { } stalled || _time.GetElapsedTime(stalled) >= _options.KeepAliveInterval);
    }

    // Whether something changed.
    private bool SweepService(ServiceLeases service)
    {
        if (service.All.Count == 0)
        {
            return _time.GetElapsedTime(service.EmptySince) >= _options.Memory && _services.Remove(service.Name);
        }

        List<Lease> due = [.. service.All.Where(lease => Silence(lease) >= _options.Ttl)];
        bool isMass = due.Count > 0 && MassExpiry.Is(service.All, IsOverdue);
        bool hasChanged = false;
        foreach (Lease lease in due)
        {
            // One that is held is not given up before its time because others came back: it may be on its way.
            if (lease.HeldAt is { } since ? _time.GetElapsedTime(since) >= _options.HoldTime : !isMass)
            {
                _ = Remove(lease);
                lease.End(RegistryFailures.Silent(_options.Ttl));
                _metrics.Expired();
                _logger.Expired(service.Name, lease.Registration.Instance, Silence(lease));
                hasChanged = true;
            }
            else if (lease.HeldAt is null)
            {
                lease.HeldAt = _time.GetTimestamp();
                _metrics.Held();
                _logger.Held(service.Name, lease.Registration.Instance, _options.HoldTime);
                hasChanged = true;
            }
        }

        return hasChanged;
    }

    private TimeSpan Silence(Lease lease) => _time.GetElapsedTime(lease.HeardAt);

    private bool IsOverdue(Lease lease) => !lease.HasStream || Silence(lease) >= 2 * _options.KeepAliveInterval;
}
