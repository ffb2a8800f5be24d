using Mesh.Client.Telemetry;
using Mesh.Model.Identity;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Identity;

/// <summary>
/// An identity that a config server gives, with a new key each time. It is renewed by a clock that nobody can set. What was given last holds
/// until it ends, whatever becomes of the servers.
/// </summary>
internal sealed class ConfigServerIdentity : IdentitySource, ITrustingSource, IDisposable
{
    /// <summary>How often it is asked whom the mesh trusts.</summary>
    public static readonly TimeSpan TrustInterval = TimeSpan.FromMinutes(5);

    /// <summary>How often a server is asked that gives no identities.</summary>
    public static readonly TimeSpan NoneInterval = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan s_bearableSkew = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly SigningClient _client;
    private readonly bool _isSure;
    private readonly IdentityStore? _store;
    private readonly RenewalSchedule _schedule;
    private readonly ILogger _logger;
    private readonly Action<bool> _count;
    private WorkloadIdentity? _held;
    private IdentityPem? _pem;
    private long _heldSince;
    private TimeSpan _left;
    private TimeSpan _skew;
    private bool _isOutage;
    private bool _isEndTold;

    /// <param name="client">Asks the servers.</param>
    /// <param name="isSure">Whether one of them has to give one: not so where a server on this machine may, over http.</param>
    /// <param name="store">Keeps it for the next start; null: nobody does.</param>
    /// <param name="random">Spreads the tries.</param>
    /// <param name="count">Told of each try, whether it was a success.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of changes.</param>
    public ConfigServerIdentity(SigningClient client, bool isSure, IdentityStore? store, Random random, Action<bool> count, TimeProvider time, ILogger logger)
        : base(time)
    {
        _client = client;
        _isSure = isSure;
        _store = store;
        _schedule = new RenewalSchedule(random);
        _count = count;
        _logger = logger;
        TimeSpan first = Restore();
        using (ExecutionContext.SuppressFlow())
        {
            _ = Task.Run(() => RunAsync(first));
        }
    }

    public override bool IsSomebody => _isSure || base.IsSomebody;

    public override string Description => $"config server at {_client.Servers}";

    public void Dispose() => _stop.Cancel();

    public void Trust(TrustBundle trust)
    {
        // One word after the other, and none of it lost to a renewal.
        lock (_gate)
        {
            if (_held is not { } held || trust.IsSameAs(held.Trust))
            {
                return;
            }

            _held = held with { Trust = trust };
            Keep();
            Hold(_held);
        }

        Tell();
    }

    private TimeSpan Left => _left - Time.GetElapsedTime(_heldSince);

    private async Task RunAsync(TimeSpan wait)
    {
        try
        {
            while (true)
            {
                await WaitAsync(wait).ConfigureAwait(false);
                wait = await TryRenewAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The process ends.
        }
    }

    private async Task<TimeSpan> TryRenewAsync()
    {
        try
        {
            return await RenewAsync().ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            _count(false);
            Fail(fault.Message);
            Guarded.Log(() => _logger.IdentityFailed(fault));
            return RenewalSchedule.LongestWithout;
        }
    }

    // Whom the mesh trusts may change long before an identity is due.
    private async Task WaitAsync(TimeSpan wait)
    {
        for (long since = Time.GetTimestamp(); wait - Time.GetElapsedTime(since) is var rest && rest > TimeSpan.Zero;)
        {
            await Task.Delay(rest < TrustInterval ? rest : TrustInterval, Time, _stop.Token).ConfigureAwait(false);
            if (rest > TrustInterval && _held is { } held && Current is not null)
            {
                await RefreshTrustAsync(held).ConfigureAwait(false);
            }
        }
    }

    private async Task RefreshTrustAsync(WorkloadIdentity held)
    {
        try
        {
            Trust(await _client.TrustAsync(held, _stop.Token).ConfigureAwait(false));
        }
        catch (IdentityException)
        {
            // The one before holds. A server that stays away is told of by who follows it, and by the renewal.
        }
    }

    /// <returns>How long to wait for the next time.</returns>
    private async Task<TimeSpan> RenewAsync()
    {
        try
        {
            (WorkloadIdentity identity, IdentityPem pem) = await _client.RenewAsync(Current, _stop.Token).ConfigureAwait(false);
            TellOfSkew(identity);
            lock (_gate)
            {
                (_held, _pem, _heldSince) = (identity, pem, Time.GetTimestamp());
                _left = identity.NotAfter - identity.NotBefore - SigningClient.Backdating;
                Keep();
                Hold(identity);
            }

            Tell();
            _isOutage = _isEndTold = false;
            _count(true);
            Guarded.Log(() => _logger.IdentityIssued(identity.Id.ToString(), identity.NotAfter, identity.Serial, Description));
            return _schedule.First(_left);
        }
        catch (IdentityException none) when (none.HasNone && _held is null)
        {
            Fail(none.Message);
            TellOnce(() => _logger.NoIdentitiesHere(none.Message));
            return NoneInterval;
        }
        catch (IdentityException failure)
        {
            _count(false);
            Fail(failure.Message);
            TellOfFailure(failure.Message);
        }

        return _schedule.AfterFailure(Current is null ? TimeSpan.Zero : Left);
    }

    private void TellOfFailure(string why)
    {
        if (_held is { } held && Current is not null)
        {
            TellOnce(() => _logger.IdentityNotRenewed(held.Id.ToString(), held.NotAfter, why));
        }
        else if (!_isEndTold)
        {
            _isEndTold = true;
            Guarded.Log(() => _logger.IdentityMissing(Trouble ?? why));
            Tell();
        }
    }

    private void TellOnce(Action tell)
    {
        if (!_isOutage)
        {
            _isOutage = true;
            Guarded.Log(tell);
        }
    }

    private void TellOfSkew(WorkloadIdentity fresh)
    {
        TimeSpan skew = fresh.NotBefore + SigningClient.Backdating - Time.GetUtcNow();
        if (skew.Duration() > s_bearableSkew && (skew - _skew).Duration() > s_bearableSkew)
        {
            Guarded.Log(() => _logger.ClockSkewed(Math.Round(skew.Duration().TotalSeconds), skew > TimeSpan.Zero ? "ahead of" : "behind"));
        }

        _skew = skew.Duration() > s_bearableSkew ? skew : TimeSpan.Zero;
    }

    /// <returns>How long to wait for the first renewal.</returns>
    private TimeSpan Restore()
    {
        if (_store?.Load() is not { } kept)
        {
            return TimeSpan.Zero;
        }

        (_held, _pem) = kept;
        _heldSince = Time.GetTimestamp();
        _left = _held.NotAfter - Time.GetUtcNow();
        Take(_held);
        DateTimeOffset issued = _held.NotBefore + SigningClient.Backdating;
        TimeSpan due = issued + _schedule.First(_held.NotAfter - issued) - Time.GetUtcNow();
        return due > TimeSpan.Zero ? due : TimeSpan.Zero;
    }

    private void Keep() => _store?.Keep(_pem!, _held!.Trust);
}
