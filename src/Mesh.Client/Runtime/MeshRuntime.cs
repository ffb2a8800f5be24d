using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Mesh.Client.HealthChecks;
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
    // A process that is made to call ever new names must not remember them all.
    private const int MaxUnknownServices = 1024;

    private readonly ConcurrentDictionary<string, MeshedService> _byHost = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, MeshedService> _byName = new(StringComparer.Ordinal);

    // Where services are told apart by their ports, too, those that the settings do not declare.
    private readonly ConcurrentDictionary<(string Host, int Port, bool IsDefaultPort), MeshedService> _byAuthority = new();
    private readonly Func<Uri, string>? _nameByPort;
    private readonly Lock _gate = new();
    private readonly SettingsMonitor _settings;
    private readonly IReadOnlyList<IMeshSource> _sources;
    private readonly ILogger<MeshRuntime> _logger;
    private readonly IDisposable _subscription;
    private readonly string _applicationName;
    private volatile SettingsSnapshot _current;
    private int _untilUnknownAreCounted = MaxUnknownServices;
    private bool _isDisposed;

    public MeshRuntime(
        SettingsMonitor settings,
        IEnumerable<IMeshSource> sources,
        ITransportFactory transports,
        CertificateFiles certificates,
        HealthCheckers healthCheckers,
        MeshTelemetry telemetry,
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
        _applicationName = identity.ApplicationName;
        Identity = IdentityIn(_current);
        IsEnabled = _current.Settings.Enabled;
        certificates.Changed += RenewConnections;
        _subscription = settings.Subscribe(Apply);
        telemetry.ObserveEndpoints(ObserveEndpoints);
    }

    public ITransportFactory Transports { get; }

    public CertificateFiles Certificates { get; }
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

    public IEnumerable<MeshedService> Services => _byName.Values.Where(service => service.IsKnown);

    /// <summary>The service of a host that was called before or is declared; null: ask <see cref="Ask"/>.</summary>
    public MeshedService? Find(string host) => _byHost.TryGetValue(host, out MeshedService? service) ? service : null;

    /// <summary>The service of a URI that the sources may know; null where they are not to be asked, for it cannot be one.</summary>
    public MeshedService? Ask(Uri uri)
    {
        SettingsSnapshot settings = _current;
        string host = uri.IdnHost;
        if (_nameByPort is not null && _byAuthority.TryGetValue((host, uri.Port, uri.IsDefaultPort), out MeshedService? remembered))
        {
            return remembered;
        }

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
        lock (_gate)
        {
            // The service may have been forgotten meanwhile, or the settings be others: the host would be mistaken for ever.
            if (settings != _current || !_byName.TryGetValue(name, out MeshedService? known) || known != service)
            {
                return service;
            }

            if (MayRemember(host, name))
            {
                _byHost[host] = service;
            }
            else if (_nameByPort is not null && !settings.Services.ContainsKey(name))
            {
                _byAuthority[(host, uri.Port, uri.IsDefaultPort)] = service;
            }
        }

        return service;
    }

    /// <summary>The service of a name, which is followed from now on.</summary>
    public MeshedService GetOrAdd(string name)
    {
        name = KeyOf(name);
        if (_byName.TryGetValue(name, out MeshedService? known))
        {
            return known;
        }

        // One look-up per name, however many calls ask at once: who adds it begins it.
        MeshedService added;
        List<MeshedService> forgotten;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_byName.TryGetValue(name, out known))
            {
                return known;
            }

            forgotten = ForgetUnknown();
            added = new MeshedService(name, this, _logger);
            _byName[name] = added;
            if (MayRemember(name, name))
            {
                _byHost[name] = added;
            }
        }

        forgotten.ForEach(service => service.Dispose());
        try
        {
            added.Follow(_sources);
            return added;
        }
        catch
        {
            // The next call asks again, and none waits for an answer that nobody is going to give.
            lock (_gate)
            {
                Forget([added]);
            }

            added.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _subscription.Dispose();
        Certificates.Changed -= RenewConnections;
        lock (_gate)
        {
            _isDisposed = true;
        }

        foreach (MeshedService service in _byName.Values)
        {
            service.Dispose();
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

    // Only the names of services are written in many ways. Those that a control plane calls by their authority have no namespace to leave out.
    private string KeyOf(string name)
    {
        if (ClusterNames.ClusterOf(name) is not null)
        {
            return name;
        }

        string canonical = ServiceNames.Canonical(name, _current.Settings.Service.Namespace);
        return _nameByPort is null || _current.Services.ContainsKey(canonical) ? canonical : name.ToLowerInvariant();
    }

    private void Apply(SettingsSnapshot settings)
    {
        lock (_gate)
        {
            // Hosts may mean other services now.
            _current = settings;
            _byHost.Clear();
            _byAuthority.Clear();
        }

        Identity = IdentityIn(settings);
        if (IsEnabled != settings.Settings.Enabled)
        {
            IsEnabled = settings.Settings.Enabled;
            Switched();
        }

        foreach (string name in settings.Services.Keys)
        {
            GetOrAdd(name);
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

        foreach (MeshedService service in _byName.Values)
        {
            service.Reapply();
        }
    }

    private void RenewConnections()
    {
        foreach (MeshedService service in _byName.Values)
        {
            service.RenewConnections();
        }
    }

    private ServiceIdentity IdentityIn(SettingsSnapshot settings) =>
        settings.Settings.Service is { Name: "" } nameless ? nameless with { Name = _applicationName } : settings.Settings.Service;

    private List<MeshedService> ForgetUnknown()
    {
        // All are counted only when there may be too many: with thousands of services each new one would take long.
        if (_untilUnknownAreCounted-- > 0)
        {
            return [];
        }

        int unknownServices = _byName.Count(entry => !entry.Value.IsKnown);
        _untilUnknownAreCounted = Math.Max(0, MaxUnknownServices - unknownServices - 1);
        if (unknownServices < MaxUnknownServices)
        {
            return [];
        }

        List<MeshedService> unknown = [.. _byName.Values.Where(service => service.TryForget())];
        Forget([.. unknown]);
        return unknown;
    }

    // Under the gate.
    private void Forget(HashSet<MeshedService> services)
    {
        foreach ((string host, MeshedService service) in _byHost)
        {
            if (services.Contains(service))
            {
                _byHost.TryRemove(host, out _);
            }
        }

        foreach (((string, int, bool) authority, MeshedService service) in _byAuthority)
        {
            if (services.Contains(service))
            {
                _byAuthority.TryRemove(authority, out _);
            }
        }

        foreach (MeshedService service in services)
        {
            _byName.TryRemove(service.Key, out _);
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
