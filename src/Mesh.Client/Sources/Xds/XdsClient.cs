using Mesh.Client.Sources.Dns;
using Mesh.Client.Sources.Xds.Bootstrap;
using Mesh.Client.Sources.Xds.Cache;
using Mesh.Client.Telemetry;
using Mesh.Client.Transport.Tls;
using Mesh.Model.Xds;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Sources.Xds;

/// <summary>
/// The services that this process follows at its config server. They are kept whatever becomes of the connection; a service is told of
/// once it is whole, and again with each change.
/// </summary>
internal sealed partial class XdsClient : IDisposable
{
    /// <summary>A process that is made to call ever new names must not ask for them all at once.</summary>
    public const int MaxServices = 10_000;

    private readonly Lock _gate = new();
    private readonly ResourceStore _store;
    private readonly Dictionary<ResourceAssembly, ServiceWatch> _watches = [];
    private readonly HashSet<ServiceWatch> _all = [];

    // Those that have something to tell.
    private readonly HashSet<ServiceWatch> _changed = [];

    // Those beyond the limit, in the order in which they came.
    private readonly LinkedList<ServiceWatch> _waiting = [];
    private readonly DnsLookups _lookups;
    private readonly ClusterCertificates _certificates;
    private readonly ResourceCache _cache;
    private readonly XdsPacing _pacing;
    private readonly TimeProvider _time;
    private readonly ILogger<XdsClient> _logger;
    private readonly ITimer _expiry;
    private readonly ITimer _lookAgain;
    private readonly string _instance;
    private XdsTarget? _target;
    private string _overrides = "";
    private AdsConnection? _connection;
    private OwnService? _own;
    private ServerState? _seen;
    private Uri? _connectedTo;
    private long? _lastAnswer;
    private bool _isExpiryArmed;
    private bool _isFull;
    private bool _isServerGone;
    private bool _isDisposed;

    public XdsClient(
        DnsLookups lookups, CertificateFiles certificates, ResourceCache cache, ChannelPool channels, XdsPacing pacing, MeshIdentity identity, TimeProvider time, ILogger<XdsClient> logger)
    {
        _certificates = new ClusterCertificates(certificates);
        _store = new ResourceStore(_certificates.FaultOf);
        _lookups = lookups;
        _cache = cache;
        Channels = channels;
        _pacing = pacing;
        _instance = identity.Instance;
        _time = time;
        _logger = logger;
        using (ExecutionContext.SuppressFlow())
        {
            _expiry = time.CreateTimer(static state => ((XdsClient)state!).Expire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _lookAgain = time.CreateTimer(static state => ((XdsClient)state!).LookAgain(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Where its streams have their connections from.</summary>
    internal ChannelPool Channels { get; }

    /// <summary>Asks other servers from now on, or as another, or none. What was learnt holds until they answer.</summary>
    /// <param name="target">Who is asked.</param>
    /// <param name="overridden">The services that the settings take away from the config server.</param>
    public void Use(XdsTarget target, IReadOnlyList<string> overridden)
    {
        // Settings come one after the other: what is logged and read here needs no lock.
        TellOfOverrides(target, overridden);
        CacheContent? kept = target.IsConfigured && !target.Equals(_target) ? _cache.Load(target) : null;
        (XdsResourceType, string, SentResource)[] restored = Read(kept);
        AdsConnection? former;
        lock (_gate)
        {
            if (_isDisposed || target.Equals(_target))
            {
                return;
            }

            bool isNamedAnew = _target?.Identity.Namespace != target.Identity.Namespace || _target.IsConfigured != target.IsConfigured;
            _target = target;
            AskForOwn(target);
            former = _connection;
            _connection = null;
            _connectedTo = null;
            _isServerGone = false;
            _store.ForgetQuestions();
            if (target.IsConfigured)
            {
                Restore(kept?.State, restored);
                _connection = new AdsConnection(this, target, _pacing.Random, _time, _logger);
            }

            if (isNamedAnew)
            {
                _waiting.Clear();
                foreach (ServiceWatch watch in _all)
                {
                    watch.Waiting = null;
                    Begin(watch);
                }
            }
        }

        former?.Dispose();
        TellAll();
    }

    /// <summary>Tells the observer of a service, at once where it is known, and with each change until the result is disposed.</summary>
    public IDisposable Follow(string service, Action<SourceAnswer> observer)
    {
        ServiceWatch watch = new(service, _lookups, observer, _logger);
        bool isTooMany;
        lock (_gate)
        {
            _all.Add(watch);
            Begin(watch);
            isTooMany = _waiting.Count > 0 && !_isFull;
            _isFull = _waiting.Count > 0;
        }

        if (isTooMany)
        {
            Guarded.Log(() => _logger.TooManyServices(MaxServices));
        }

        watch.Tell();
        return new Following(this, watch);
    }

    /// <summary>Once a config server of our own has answered or failed for the first time.</summary>
    public Task Ready
    {
        get
        {
            lock (_gate)
            {
                return _connection is null || _target?.Bootstrap is not null ? Task.CompletedTask : _connection.Heard;
            }
        }
    }

    /// <summary>Whether a server answers; null: there is none.</summary>
    public bool? IsConnected
    {
        get
        {
            lock (_gate)
            {
                return _target is { IsConfigured: true } ? _connectedTo is not null : null;
            }
        }
    }

    /// <summary>Since the last answer; null: there was none.</summary>
    public TimeSpan? LastAnswerAge
    {
        get
        {
            lock (_gate)
            {
                return _lastAnswer is { } last ? _time.GetElapsedTime(last) : null;
            }
        }
    }

    /// <summary>Null: there is no config server.</summary>
    public ConfigServerDescription? Describe()
    {
        lock (_gate)
        {
            return _target is not { IsConfigured: true } ? null : new ConfigServerDescription
            {
                Address = _connectedTo is { } connected ? XdsServer.TextOf(connected) : null,
                State = _seen?.ToString(),
                LastAnswerAge = LastAnswerAge,
                Refused =
                [
                    .. _store.All.Where(resource => resource is { Trouble: not null, Followers.Count: > 0 })
                        .OrderBy(resource => resource.Name, StringComparer.Ordinal)
                        .Select(resource => new RefusedResource { Type = resource.Type.ShortName, Name = resource.Name, Reason = resource.Trouble! }),
                ],
            };
        }
    }

    public void Dispose()
    {
        AdsConnection? connection;
        lock (_gate)
        {
            _isDisposed = true;
            connection = _connection;
            _connection = null;
        }

        connection?.Dispose();
        _expiry.Dispose();
        _lookAgain.Dispose();
        _cache.Dispose();
    }

    // Under the gate.
    private void Begin(ServiceWatch watch)
    {
        ResourceAssembly? former = watch.Assembly;
        watch.Assembly = null;
        if (former is not null)
        {
            _watches.Remove(former);
        }

        if (_target is not { IsConfigured: true } target)
        {
            Prepare(watch, SourceAnswer.NotKnown);
        }
        else if (_watches.Count == MaxServices)
        {
            // Without an answer: it is not known that the server knows no such service.
            watch.Waiting = _waiting.AddLast(watch);
        }
        else
        {
            watch.Assembly = AssemblyOf(watch.Service, target);
            _watches[watch.Assembly] = watch;
            Update(watch.Assembly);
            _connection?.Wake();
        }

        // Only now, so that what both need is not asked for anew.
        former?.Dispose();
    }

    private ResourceAssembly AssemblyOf(string service, XdsTarget target) =>
        target.Bootstrap is not { } bootstrap ? new ServiceAssembly(_store, XdsNames.Of(service, target.Identity.Namespace))
        : ClusterNames.ClusterOf(service) is { } cluster ? new ClusterAssembly(_store, cluster)
        : new ListenerAssembly(_store, AuthorityNames.ListenerOf(service, bootstrap), AuthorityNames.Of(service, bootstrap));

    private void Update(IEnumerable<XdsResource> told)
    {
        NoteOwn(told);
        foreach (ResourceAssembly assembly in told.SelectMany(resource => resource.Followers).Where(follower => follower != _own).Distinct().ToArray())
        {
            Update(assembly);
        }
    }

    private void Update(ResourceAssembly assembly)
    {
        if (assembly.Update() is { } answer)
        {
            // A server that is not there is not waited for: what was known holds.
            Prepare(_watches[assembly], _isServerGone ? answer with { IsPartial = false } : answer);
        }
    }

    private void Prepare(ServiceWatch watch, SourceAnswer answer)
    {
        watch.Prepare(answer);
        _changed.Add(watch);
    }

    // Without the gate.
    private void TellAll()
    {
        ServiceWatch[] watches;
        lock (_gate)
        {
            watches = [.. _changed];
            _changed.Clear();
        }

        Array.ForEach(watches, watch => watch.Tell());
        TellOwn();
    }

    private void End(ServiceWatch watch)
    {
        lock (_gate)
        {
            _all.Remove(watch);
            _changed.Remove(watch);
            if (watch.Waiting is { } place)
            {
                _waiting.Remove(place);
                watch.Waiting = null;
            }
            else if (watch.Assembly is { } assembly)
            {
                _watches.Remove(assembly);
                watch.Assembly = null;
                BeginNext();

                // Only now, so that what both need is not asked for anew.
                assembly.Dispose();
                _connection?.Wake();
            }
        }

        watch.Dispose();
        TellAll();
    }

    // There is room for one that waits.
    private void BeginNext()
    {
        if (_waiting.First?.Value is { } next)
        {
            _waiting.RemoveFirst();
            next.Waiting = null;
            Begin(next);
        }
    }

    private void TellOfOverrides(XdsTarget target, IReadOnlyList<string> overridden)
    {
        string names = target.IsConfigured ? string.Join(", ", overridden) : "";
        if (names != _overrides && names.Length > 0)
        {
            Guarded.Log(() => _logger.OverridesConfigServer(names));
        }

        _overrides = names;
    }

    private sealed class Following(XdsClient client, ServiceWatch watch) : IDisposable
    {
        public void Dispose() => client.End(watch);
    }
}
