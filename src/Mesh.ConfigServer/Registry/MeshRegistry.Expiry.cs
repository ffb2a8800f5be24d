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
        List<(Lease Lease, TimeSpan Silence)> expired = [];
        List<Lease> held = [];
        lock (_gate)
        {
            _isArmed = false;
            foreach (ServiceLeases service in MayExpire() ? [.. _services.Values] : Array.Empty<ServiceLeases>())
            {
                if (SweepService(service, expired, held))
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

        // Whoever reads the log slowly keeps nobody from being heard.
        expired.ForEach(each => _logger.Expired(each.Lease.Registration.Service, each.Lease.Registration.Instance, each.Silence));
        held.ForEach(lease => _logger.Held(lease.Registration.Service, lease.Registration.Instance, _options.HoldTime));
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
    private bool SweepService(ServiceLeases service, List<(Lease Lease, TimeSpan Silence)> expired, List<Lease> held)
    {
        if (service.All.Count == 0)
        {
            return _time.GetElapsedTime(service.EmptySince) >= _options.Memory && _services.Remove(service.Name);
        }

        List<Lease> due = [.. service.All.Where(lease => Silence(lease) >= _options.Ttl)];
        bool isMass = due.Count > 0 && MassExpiry.Is(service.All, IsOverdue);
        int before = expired.Count + held.Count;
        foreach (Lease lease in due)
        {
            // One that is held is not given up before its time because others came back: it may be on its way.
            if (lease.HeldAt is { } since ? _time.GetElapsedTime(since) >= _options.HoldTime : !isMass)
            {
                _ = Remove(lease);
                lease.End(RegistryFailures.Silent(_options.Ttl));
                _metrics.Expired();
                expired.Add((lease, Silence(lease)));
            }
            else if (lease.HeldAt is null)
            {
                lease.HeldAt = _time.GetTimestamp();
                _metrics.Held();
                held.Add(lease);
            }
        }

        return expired.Count + held.Count > before;
    }

    private TimeSpan Silence(Lease lease) => _time.GetElapsedTime(lease.HeardAt);

    private bool IsOverdue(Lease lease) => !lease.HasStream || Silence(lease) >= 2 * _options.KeepAliveInterval;
}
