using System.Collections.Concurrent;
using System.Collections.Immutable;
using Mesh.Client.LoadBalancing;
using Mesh.Client.Resilience;
using Mesh.Client.Sources;
using Mesh.Model;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Runtime;

/// <summary>
/// One service as this process sees it. It lives from the first call until it is idle; rules and endpoints are swapped under it, and what
/// was learnt stays with the endpoints that stay.
/// </summary>
internal sealed partial class MeshedService : IDisposable
{
    // By the very name: one that is listed may be written in any case, but a version that is not means itself.
    private readonly ConcurrentDictionary<string, Cluster> _subsets = new(StringComparer.Ordinal);
    private readonly Cluster _all;
    private readonly TaskCompletionSource _decided = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HealthMonitor _health;
    private readonly ILogger _logger;
    private SourceSubscription? _subscription;
    private ImmutableArray<Endpoint> _endpoints = [];
    private volatile ServiceRules _rules;
    private volatile ServiceAnswer _answer = new();
    private volatile OverloadDrops? _drops;
    private MeshService? _given;

    // What endpoints are made by. The rules that calls go by are swapped before or after the endpoints.
    private MeshService _settings;
    private bool _isEnabled;
    private volatile bool _isUsed = true;
    private volatile bool _isForgotten;
    private int _looksUnused;
    private string _unreachable = "";
    private bool _isSilenceTold;
    private bool _isDisposed;

    /// <param name="key">What sources and the runtime know it by.</param>
    /// <param name="runtime">The mesh of this process.</param>
    /// <param name="logger">Told of changes.</param>
    public MeshedService(string key, MeshRuntime runtime, ILogger logger)
    {
        string name = ClusterNames.Display(key);
        Key = key;
        Name = name;
        SpanName = "mesh " + name;
        Runtime = runtime;
        _logger = logger;
        _all = new Cluster(this, subset: null);
        Outliers = new OutlierDetector(this, logger);
        Departures = new Departures(this, logger);
        _health = new HealthMonitor(this, logger);
        _rules = new ServiceRules(new MeshService { Name = name }, this, runtime.Identity, runtime.Time);
        _settings = _rules.Settings;
        Limiter = new ConcurrencyLimiter(_settings.CircuitBreaker.MaxRequests, _settings.CircuitBreaker.MaxPendingRequests);
        Budget = new RetryBudget(_settings.RetryBudget, _settings.CircuitBreaker.MaxRetries, runtime.Clock);
        Decay = new Decay(_settings.LoadBalancing.DecayTime);
    }

    /// <summary>Held while endpoints or rules change.</summary>
    public Lock Gate { get; } = new();

    /// <summary>What sources and the runtime know it by: the name, but for a cluster of an xDS control plane.</summary>
    public string Key { get; }

    /// <summary>What people know it by.</summary>
    public string Name { get; }

    public string SpanName { get; }

    public MeshRuntime Runtime { get; }

    public ColdStart ColdStart { get; } = new();

    public ConcurrencyLimiter Limiter { get; }

    public RetryBudget Budget { get; }

    public OutlierDetector Outliers { get; }

    public Departures Departures { get; }

    public ServiceRules Rules => _rules;

    public ServiceAnswer Answer => _answer;

    /// <summary>Calls that fail on purpose; null: none.</summary>
    public OverloadDrops? Drops => _drops;

    public ImmutableArray<Endpoint> Endpoints => _endpoints;

    /// <summary>Whether endpoints that fail are left out. Where not, those that were out get calls again.</summary>
    public bool Ejects => _rules.Settings.OutlierDetection.ConsecutiveErrors > 0;

    /// <summary>So few endpoints are ready that others get calls, too.</summary>
    public bool IsInPanic => _all.IsInPanic;

    /// <summary>How fast latencies are forgotten.</summary>
    public Decay Decay { get; private set; }

    /// <summary>
    /// Whether any source knows the service. Meaningful once <see cref="IsDecided"/>. Where services have TLS unless told otherwise, one that a
    /// silent source may know counts as known: it must not be called in plain text meanwhile.
    /// </summary>
    public bool IsKnown => _answer.IsKnown || (_answer.IsOverdue && Runtime.Defaults.Tls is { } tls && tls.ModeInForce() != TlsMode.Disabled);

    /// <summary>The authority that has not answered for it, where no other source knows it; null: it is known, or nobody's.</summary>
    public string? SilentAuthority => IsKnown ? null : _answer.SilentAuthority;

    /// <summary>Whether the sources have spoken, or were silent for too long.</summary>
    public bool IsDecided => _decided.Task.IsCompleted;

    /// <summary>Nobody finds it any more: who has it is to look for another by its name.</summary>
    public bool IsForgotten
    {
        get => _isForgotten;
        set => _isForgotten = value;
    }

    /// <summary>Begins to follow the service. Called once, without any lock: the sources take locks of their own.</summary>
    public void Follow(IReadOnlyList<IMeshSource> sources)
    {
        SourceSubscription subscription = new(Key, sources, Runtime.Time, Apply);
        lock (Gate)
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

    /// <summary>Somebody calls it. Without a write as a rule, for all calls come here.</summary>
    public void Use()
    {
        if (!_isUsed)
        {
            _isUsed = true;
        }
    }

    /// <summary>Whether it was called since one of the last looks, or calls are under way. Each call is one look; they come one after the other.</summary>
    public bool WasUsedLately(int looks)
    {
        bool isUsed = _isUsed || Limiter.Active > 0;
        _isUsed = false;
        _looksUnused = isUsed ? 0 : _looksUnused + 1;
        return _looksUnused < looks;
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

        lock (Gate)
        {
            return _subsets.GetOrAdd(subset, name =>
            {
                Cluster cluster = new(this, name);
                cluster.Rebuild(_endpoints, _settings);
                return cluster;
            });
        }
    }

    /// <summary>
    /// The endpoints of a subset that a request names. Names come from anywhere: only those that lead to endpoints are remembered.
    /// </summary>
    public Cluster SubsetOrNone(string subset) =>
        _rules.Settings.Subsets.ContainsKey(subset) || _endpoints.Any(endpoint => endpoint.Description.Version == subset)
            ? Cluster(subset)
            : new Cluster(this, subset);

    /// <summary>Takes the rules as they are now, the mesh having been switched on or off.</summary>
    public void Reapply()
    {
        // A service that no source has told of yet takes them with its first answer.
        if (IsDecided)
        {
            Apply(null);
        }
    }

    /// <summary>Connections that were made with other certificates than the files hold now, or another identity, are given up.</summary>
    public void RenewConnections()
    {
        lock (Gate)
        {
            Connections connections = ConnectionsNow();
            foreach (Endpoint endpoint in _endpoints)
            {
                endpoint.Use(connections.To(endpoint.Description));
            }

            // With an identity more may be over TLS than before, and so take other calls.
            Rebuild();
            _health.Watch(_endpoints, _settings.HealthCheck);
        }
    }

    /// <summary>Takes endpoints, rules and states as they are now. Called under the gate.</summary>
    public void Rebuild()
    {
        _all.Rebuild(_endpoints, _settings);
        foreach (Cluster subset in _subsets.Values)
        {
            subset.Rebuild(_endpoints, _settings);
        }

        Outliers.Recount(_endpoints, _settings);
    }

    /// <summary>Ends the service if no source knows it. True: it is over, and to be disposed.</summary>
    public bool TryForget()
    {
        lock (Gate)
        {
            return _isDisposed = IsDecided && !IsKnown;
        }
    }

    public void Dispose()
    {
        SourceSubscription? subscription;
        lock (Gate)
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
}
