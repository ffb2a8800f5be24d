using System.Collections.Concurrent;
using Mesh.Client.AspNetCore.Policy;
using Mesh.Client.Identity;
using Mesh.Client.Telemetry;
using Mesh.Model;
using Mesh.Model.Identity;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.AspNetCore.Tls;

/// <summary>
/// Lets connections go whose caller would not be let in any more: its certificate is past its time, its authority is not trusted now, it was
/// revoked, or it speaks plain text where that is no longer taken. All are looked at once a second; what has not ended 10 s after the word is cut.
/// </summary>
internal sealed class LiveConnections(InboundPolicyMonitor policy, TimeProvider time, ILogger<LiveConnections> logger, IIdentitySource? source = null) : IDisposable
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<LiveConnection, PeerProof?> _all = new();
    private ITimer? _sweeps;
    private bool _isOver;

    public LiveConnection Add(Microsoft.AspNetCore.Connections.ConnectionContext connection, int port, PeerProof? proof)
    {
        LiveConnection live = new(connection, port, proof, ended => _all.TryRemove(ended, out _));
        _all[live] = proof;
        Begin();
        return live;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            _sweeps?.Dispose();
        }
    }

    private void Begin()
    {
        if (Volatile.Read(ref _sweeps) is not null)
        {
            return;
        }

        lock (_gate)
        {
            if (_sweeps is null && !_isOver)
            {
                using AsyncFlowControl _ = ExecutionContext.SuppressFlow();

                // One sweep at a time: the next is due when this one has ended.
                _sweeps = time.CreateTimer(static state => ((LiveConnections)state!).Sweep(), this, s_period, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Sweep()
    {
        TrustBundle? trust = source?.Current?.Trust;
        InboundRules rules = policy.Current;
        foreach ((LiveConnection live, _) in _all)
        {
            try
            {
                Look(live, trust, rules);
            }
            catch (Exception fault)
            {
                Guarded.Log(() => logger.LettingGoFailed(live.Caller, fault));
            }
        }

        lock (_gate)
        {
            if (!_isOver)
            {
                _sweeps!.Change(s_period, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Look(LiveConnection live, TrustBundle? trust, InboundRules rules)
    {
        if (live.LetGoAt is { } letGoAt)
        {
            if (time.GetElapsedTime(letGoAt) >= s_grace)
            {
                live.Cut();
            }
        }
        else if (FaultOf(live, trust, rules) is { } fault)
        {
            Guarded.Log(() => logger.CallerLetGo(live.Caller, live.Port, fault));
            live.LetGo(time.GetTimestamp());
        }
    }

    private string? FaultOf(LiveConnection live, TrustBundle? trust, InboundRules rules)
    {
        if (live.Proof is not { } proof)
        {
            return rules.TlsOf(live.Port) == InboundTls.Strict ? "It speaks plain text, which is not taken any more." : null;
        }

        DateTimeOffset now = time.GetUtcNow();
        if (proof.NotAfter <= now)
        {
            return "Its certificate is past its time.";
        }

        if (rules.IsRevoked(proof.Id, proof.NotBefore))
        {
            return PeerCheck.Revoked;
        }

        if (trust is null || trust == proof.Trust)
        {
            return null;
        }

        PeerVerdict verdict = trust.IsSameAs(proof.Trust) ? PeerVerdict.Proven(proof.Id) : proof.Verify(trust, now);
        live.Proof = verdict.IsProven ? proof with { Trust = trust } : proof;
        return verdict.Refusal;
    }
}
