using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using Mesh.Client.LoadBalancing;
using Mesh.Client.Resilience;
using Mesh.Client.Sources;
using Mesh.Client.Telemetry;
using Mesh.Model;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Runtime;

/// <summary>
/// One service as this process sees it. It lives as long as the process once it was asked for; rules and endpoints are swapped under
/// it, and what was learnt stays with the endpoints that stay.
/// </summary>
internal sealed class MeshedService : IDisposable
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, Cluster> _subsets = new(StringComparer.OrdinalIgnoreCase);
    private readonly Cluster _all;
    private readonly TaskCompletionSource _decided = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ILogger _logger;
    private SourceSubscription? _subscription;
    private ImmutableArray<Endpoint> _endpoints = [];
    private volatile ServiceRules _rules;
    private volatile ServiceAnswer _answer = new();
    private bool _isInPanic;
    private bool _isDisposed;

    public MeshedService(string name, MeshRuntime runtime, ILogger logger)
    {
        Name = name;
        SpanName = "mesh " + name;
        Runtime = runtime;
        _logger = logger;
        _all = new Cluster(this, subset: null);
        _rules = new ServiceRules(new MeshService { Name = name }, this, runtime.Time);
        MeshService defaults = _rules.Settings;
        Limiter = new ConcurrencyLimiter(defaults.CircuitBreaker.MaxRequests, defaults.CircuitBreaker.MaxPendingRequests);
        Budget = new RetryBudget(defaults.RetryBudget, runtime.Clock);
        Decay = new Decay(defaults.LoadBalancing.DecayTime);
    }

    public string Name { get; }

    public string SpanName { get; }

    public MeshRuntime Runtime { get; }

    public ConcurrencyLimiter Limiter { get; }

    public RetryBudget Budget { get; }

    public ServiceRules Rules => _rules;

    public ServiceAnswer Answer => _answer;

    public ImmutableArray<Endpoint> Endpoints => _endpoints;

    /// <summary>Whether endpoints that fail are left out. Where not, those that were out get calls again.</summary>
    public bool Ejects => _rules.Settings.OutlierDetection.ConsecutiveErrors > 0;

    /// <summary>How fast latencies are forgotten.</summary>
    public Decay Decay { get; private set; }

    /// <summary>Whether any source knows the service. Meaningful once <see cref="IsDecided"/>.</summary>
    public bool IsKnown => _answer.IsKnown;

    /// <summary>Whether the sources have spoken, or were silent for too long.</summary>
    public bool IsDecided => _decided.Task.IsCompleted;

    /// <summary>Begins to follow the service. Called once, without any lock: the sources take locks of their own.</summary>
    public void Follow(IReadOnlyList<IMeshSource> sources)
    {
        SourceSubscription subscription = new(Name, sources, Runtime.Time, Apply);
        lock (_gate)
        {
            if (!_isDisposed)
            {
                _subscription = subscription;
                return;
            }
        }

        subscription.Dispose();
    }

    /// <summary>Waits until the sources have spoken. The look-up itself goes on whatever becomes of the one that waits.</summary>
    public Task WhenDecided(bool isAsync, CancellationToken cancellationToken)
    {
        Task decided = _decided.Task.WaitAsync(cancellationToken);
        if (!isAsync)
        {
            decided.GetAwaiter().GetResult();
        }

        return decided;
    }

    /// <summary>The service that one of this service's routes names; null: itself.</summary>
    public MeshedService Peer(string? name) => name is null ? this : Runtime.GetOrAdd(name);

    /// <summary>The endpoints of a subset; null: all.</summary>
    public Cluster Cluster(string? subset)
    {
        if (subset is null)
        {
            return _all;
        }

        if (_subsets.TryGetValue(subset, out Cluster? known))
        {
            return known;
        }

        lock (_gate)
        {
            return _subsets.GetOrAdd(subset, name =>
            {
                Cluster cluster = new(this, name);
                cluster.Rebuild(_endpoints, _rules.Settings);
                return cluster;
            });
        }
    }

    /// <summary>Takes the rules as they are now, the mesh having been switched on or off.</summary>
    public void Reapply()
    {
        lock (_gate)
        {
            Apply(_answer);
        }
    }

    /// <summary>Records that a call that was no probe did not succeed at an endpoint.</summary>
    public void Report(Endpoint endpoint, Outcome outcome, long now)
    {
        if (outcome.CountsAsError)
        {
            OutlierDetectionSettings settings = _rules.Settings.OutlierDetection;
            if (endpoint.Ejection.OnFailure(settings))
            {
                TryEject(endpoint, outcome, settings, now);
            }
        }
    }

    /// <summary>Records how a probe ended: the endpoint comes back, or stays out for longer.</summary>
    public void EndProbe(Endpoint endpoint, Outcome outcome, long now)
    {
        if (outcome is { Kind: OutcomeKind.Cancelled } or { Kind: OutcomeKind.Failure, IsPenalized: false })
        {
            // It says nothing of the endpoint.
            endpoint.Ejection.OnProbeAbandoned();
            return;
        }

        if (outcome.Kind != OutcomeKind.Success)
        {
            TimeSpan duration = endpoint.Ejection.OnProbeFailure(now, _rules.Settings.OutlierDetection, Random.Shared);
            CountEjection(endpoint, outcome, duration);
            return;
        }

        endpoint.Ejection.OnProbeSuccess();
        _logger.EndpointReturned(endpoint.Description.Address, Name);
        lock (_gate)
        {
            Rebuild();
        }
    }

    public void Dispose()
    {
        SourceSubscription? subscription;
        lock (_gate)
        {
            _isDisposed = true;
            subscription = _subscription;
            ImmutableArray<Endpoint> endpoints = _endpoints;
            _endpoints = [];
            Rebuild();
            foreach (Endpoint endpoint in endpoints)
            {
                endpoint.Dispose();
            }
        }

        subscription?.Dispose();
        _decided.TrySetResult();
    }

    // Answers come one after the other: the subscription sees to it.
    private void Apply(ServiceAnswer answer)
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            MeshService settings = answer.Rules ?? new MeshService { Name = Name };
            if (!Runtime.IsEnabled)
            {
                settings = ServiceRules.PlainFor(settings);
            }

            List<Endpoint> removed = ReplaceEndpoints(answer);
            _answer = answer;
            _rules = new ServiceRules(settings, this, Runtime.Time);
            Limiter.Update(settings.CircuitBreaker.MaxRequests, settings.CircuitBreaker.MaxPendingRequests);
            Budget.Update(settings.RetryBudget);
            Decay = new Decay(settings.LoadBalancing.DecayTime);
            Rebuild();

            // Only now can nobody pick them any more. What is in flight to them ends by itself.
            removed.ForEach(endpoint => endpoint.Dispose());
        }

        _decided.TrySetResult();
    }

    private List<Endpoint> ReplaceEndpoints(ServiceAnswer answer)
    {
        Dictionary<string, Endpoint> before = _endpoints.ToDictionary(endpoint => endpoint.Description.Address, StringComparer.OrdinalIgnoreCase);
        TimeSpan seed = MedianLatency();
        int added = 0;
        ImmutableArray<Endpoint>.Builder after = ImmutableArray.CreateBuilder<Endpoint>(answer.Endpoints.Length);
        foreach (MeshEndpoint description in answer.Endpoints)
        {
            if (before.Remove(description.Address, out Endpoint? kept))
            {
                kept.Description = description;
                after.Add(kept);
            }
            else
            {
                after.Add(new Endpoint(this, description, seed));
                added++;
            }
        }

        _endpoints = after.ToImmutable();
        if (added + before.Count > 0)
        {
            _logger.EndpointsChanged(Name, _endpoints.Length, answer.EndpointsFrom, added, before.Count);
        }

        return [.. before.Values];
    }

    // What an endpoint that joins is thought to be like, until it has answered.
    private TimeSpan MedianLatency()
    {
        long now = Runtime.Clock.Now;
        double[] known = [.. _endpoints.Where(endpoint => endpoint.Latency.HasSample).Select(endpoint => endpoint.Latency.Read(now, Decay)).Order()];
        return known.Length == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(known[known.Length / 2]);
    }

    private void TryEject(Endpoint endpoint, Outcome outcome, OutlierDetectionSettings settings, long now)
    {
        TimeSpan duration;
        lock (_gate)
        {
            int ejected = _endpoints.Count(candidate => !candidate.Ejection.IsReady);
            if (!EjectionRules.MayEject(_endpoints.Length, ejected, _endpoints.Length - ejected, settings)
                || !endpoint.Ejection.TryEject(now, settings, Random.Shared, out duration))
            {
                return;
            }

            Rebuild();
        }

        CountEjection(endpoint, outcome, duration);
    }

    private void CountEjection(Endpoint endpoint, Outcome outcome, TimeSpan duration)
    {
        _logger.EndpointEjected(endpoint.Description.Address, Name, duration, endpoint.Ejection.ConsecutiveFailures, outcome.Reason ?? "");
        Runtime.Telemetry.Ejections.Add(1, new TagList
        {
            { MeshTags.Source, Runtime.Source },
            { MeshTags.Destination, Name },
            { MeshTags.DestinationVersion, endpoint.Description.Version },
            { MeshTags.Reason, outcome.Reason },
        });
    }

    // Called under the gate.
    private void Rebuild()
    {
        MeshService settings = _rules.Settings;
        _all.Rebuild(_endpoints, settings);
        foreach (Cluster subset in _subsets.Values)
        {
            subset.Rebuild(_endpoints, settings);
        }

        int ready = _endpoints.Count(endpoint => endpoint.Ejection.IsReady);
        bool isInPanic = Ejects && ready < _endpoints.Length && EjectionRules.Panics(_endpoints.Length, ready, settings.LoadBalancing);
        if (isInPanic != _isInPanic)
        {
            _isInPanic = isInPanic;
            if (isInPanic)
            {
                _logger.PanicEntered(Name, ready, _endpoints.Length);
            }
            else
            {
                _logger.PanicLeft(Name);
            }
        }
    }
}
