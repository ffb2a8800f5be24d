using System.Diagnostics.Metrics;
using Mesh.Client.HealthChecks;
using Mesh.Client.Identity;
using Mesh.Client.LoadBalancing;
using Mesh.Client.Sources;
using Mesh.Client.Telemetry;
using Mesh.Client.Transport;
using Mesh.Client.Transport.Tls;
using Mesh.Model;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Runtime;

/// <summary>The mesh of one process: which hosts are services, and everything that is known of those.</summary>
internal sealed class MeshRuntime : IDisposable
{
    private readonly ServiceTable _table = new();
    private readonly IdleServices _idle;
    private readonly Func<Uri, string>? _nameByPort;
    private readonly SettingsMonitor _settings;
    private readonly IReadOnlyList<IMeshSource> _sources;
    private readonly ILogger<MeshRuntime> _logger;
    private readonly IDisposable _subscription;
    private readonly MeshIdentity _identity;
    private readonly IdentityRollover _rollover;
    private volatile SettingsSnapshot _current;

    public MeshRuntime(
        SettingsMonitor settings,
        IEnumerable<IMeshSource> sources,
        ITransportFactory transports,
        CertificateFiles certificates,
        HealthCheckers healthCheckers,
        MeshTelemetry telemetry,
        IIdentitySource identitySource,
        MeshIdentity identity,
        TimeProvider time,
        ILogger<MeshRuntime> logger)
    {
        _settings = settings;
        _sources = [.. sources];
        _nameByPort = _sources.Select(source => source.NameByPort).FirstOrDefault(name => name is not null);
        _logger = logger;
        _current = settings.Current;
        Transports = transports;
        Certificates = certificates;
        HealthCheckers = healthCheckers;
        Telemetry = telemetry;
        Time = time;
        Clock = new MeshClock(time);
        _identity = identity;
        Identity = identity.By(_current.Settings);
        IsEnabled = _current.Settings.Enabled;
        IdentitySource = identitySource;
        certificates.Changed += RenewConnections;
        _rollover = new IdentityRollover(identitySource, () => _table.All, time);
        _idle = new IdleServices(this, _table);
        _subscription = settings.Subscribe(Apply);
        telemetry.ObserveEndpoints(ObserveEndpoints);
    }

    public ITransportFactory Transports { get; }

    public CertificateFiles Certificates { get; }

    /// <summary>Gives this process what proves who it is.</summary>
    public IIdentitySource IdentitySource { get; }

    public HealthCheckers HealthCheckers { get; }

    public MeshTelemetry Telemetry { get; }

    public TimeProvider Time { get; }

    public MeshClock Clock { get; }

    public ILogger Logger => _logger;

    /// <summary>Who this process is in the mesh; it always has a name.</summary>
    public ServiceIdentity Identity { get; private set; }

    /// <summary>The name of this process in the mesh.</summary>
    public string Source => Identity.Name;

    public bool IsEnabled { get; private set; }

    public SettingsSnapshot Settings => _current;

    /// <summary>The rules of services that no source has rules for.</summary>
    public MeshService Defaults => _current.Settings.Defaults;

    /// <summary>Null: there is none.</summary>
    public ConfigServerDescription? ConfigServer => _sources.Select(source => source.Describe()).FirstOrDefault(server => server is not null);

    /// <summary>Once all sources can answer, or have failed to.</summary>
    public Task Ready => Task.WhenAll(_sources.Select(source => source.Ready));

    public IEnumerable<MeshedService> Services => _table.All.Where(service => service.IsKnown);

    /// <summary>The services that the settings name: they are followed for as long as they do.</summary>
    public IEnumerable<string> Declared => _current.Services.Keys.Concat(_current.Settings.Upstreams.Select(KeyOf));

    /// <summary>The service of a host that was called before or is declared; null: ask <see cref="Ask"/>.</summary>
    public MeshedService? Find(string host) => _table.Find(host);

    /// <summary>The service of a URI that the sources may know; null where they are not to be asked, for it cannot be one.</summary>
    public MeshedService? Ask(Uri uri)
    {
        if (_nameByPort is not null && _table.Find(uri) is { } remembered)
        {
            return remembered;
        }

        int revision = _table.Revision;
        SettingsSnapshot settings = _current;
        string host = uri.IdnHost;
        string name = settings.NameOf(uri);
        if (!settings.Services.ContainsKey(name))
        {
            if (!MayBeService(host, name))
            {
                return null;
            }

            name = _nameByPort?.Invoke(uri) ?? name;
        }

        MeshedService service = GetOrAdd(name);
        if (MayRemember(host, name))
        {
            _table.RememberHost(host, service, revision);
        }
        else if (_nameByPort is not null && !settings.Services.ContainsKey(name))
        {
            _table.RememberAuthority(uri, service, revision);
        }

        return service;
    }

    /// <summary>The service of a name, which is followed from now on.</summary>
    public MeshedService GetOrAdd(string name)
    {
        name = KeyOf(name);
        if (_table.Named(name) is { } known)
        {
            return known;
        }

        // One look-up per name, however many calls ask at once: who adds it begins it.
        int revision = _table.Revision;
        bool isNew = _table.TryAdd(name, () => new MeshedService(name, this, _logger), Declared, out MeshedService service, out IReadOnlyList<MeshedService> forgotten);
        foreach (MeshedService unknown in forgotten)
        {
            unknown.Dispose();
        }

        if (isNew)
        {
            if (MayRemember(name, name))
            {
                _table.RememberHost(name, service, revision);
            }

            Begin(service);
            if (!_current.Services.ContainsKey(name))
            {
                _idle.Watch();
            }
        }

        return service;
    }

    /// <summary>What sources and the runtime know a service by.</summary>
    public string KeyOf(string name)
    {
        // Only the names of services are written in many ways. Those that a control plane calls by their authority have no namespace to leave out.
        if (ClusterNames.ClusterOf(name) is not null)
        {
            return name;
        }

        string canonical = ServiceNames.Canonical(name, _current.Settings.Service.Namespace);
        return _nameByPort is null || _current.Services.ContainsKey(canonical) ? canonical : name.ToLowerInvariant();
    }

    public void Dispose()
    {
        _subscription.Dispose();
        Certificates.Changed -= RenewConnections;
        _rollover.Dispose();
        _idle.Dispose();
        foreach (MeshedService service in _table.Close())
        {
            service.Dispose();
        }
    }

    private void Begin(MeshedService service)
    {
        try
        {
            service.Follow(_sources);
        }
        catch
        {
            // The next call asks again, and none waits for an answer that nobody is going to give.
            _table.Forget([service]);
            service.Dispose();
            throw;
        }
    }

    // A name with dots is asked for when it is in the caller's own namespace or under a listed domain; the rest belongs to DNS.
    private bool MayBeService(string host, string name)
    {
        if (name == "localhost" || Uri.CheckHostName(host) is UriHostNameType.IPv4 or UriHostNameType.IPv6)
        {
            return false;
        }

        return !name.Contains('.', StringComparison.Ordinal)
            || _current.Settings.Outbound.Domains.Any(domain => domain.StartsWith("*.", StringComparison.Ordinal)
                ? host.EndsWith(domain[1..], StringComparison.OrdinalIgnoreCase)
                : host.Equals(domain, StringComparison.OrdinalIgnoreCase));
    }

    // A host stands for one service alone, whatever the port.
    private bool MayRemember(string host, string name) =>
        _current.Hosts.MayRemember(host) && (_nameByPort is null || _current.Services.ContainsKey(name));

    private void Apply(SettingsSnapshot settings)
    {
        _current = settings;
        _table.ForgetHosts();
        Identity = _identity.By(settings.Settings);
        if (IsEnabled != settings.Settings.Enabled)
        {
            IsEnabled = settings.Settings.Enabled;
            Switched();
        }

        foreach (string name in settings.Services.Keys)
        {
            GetOrAdd(name);
        }

        if (_table.All.Any(service => !settings.Services.ContainsKey(service.Key)))
        {
            _idle.Watch();
        }
    }

    private void Switched()
    {
        if (IsEnabled)
        {
            _logger.MeshEnabled();
        }
        else
        {
            _logger.MeshDisabled();
        }

        foreach (MeshedService service in _table.All)
        {
            service.Reapply();
        }
    }

    private void RenewConnections()
    {
        foreach (MeshedService service in _table.All)
        {
            service.RenewConnections();
        }
    }

    private IEnumerable<Measurement<long>> ObserveEndpoints()
    {
        long now = Clock.Now;
        return Services.SelectMany(service => service.Endpoints
            .GroupBy(endpoint => MeshDescriber.StateOf(endpoint, service, now))
            .Select(group => new Measurement<long>(
                group.Count(),
                new KeyValuePair<string, object?>(MeshTags.Source, Source),
                new KeyValuePair<string, object?>(MeshTags.Destination, service.Name),
                new KeyValuePair<string, object?>(MeshTags.State, group.Key.ToString().ToLowerInvariant()))));
    }
}
