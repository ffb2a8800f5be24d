using Mesh.Client.Sources;
using Mesh.Client.Telemetry;
using Mesh.Model;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.AspNetCore.Policy;

/// <summary>
/// Has the rules of the moment, made ready once for each change of what the authority or the settings say. One that fails there changes nothing: what was in
/// force stays, and before anything was, nothing is let in.
/// </summary>
internal sealed class InboundPolicyMonitor : IDisposable
{
    private readonly IInboundPolicySource _source;
    private readonly SettingsMonitor _settings;
    private readonly MeshIdentity _identity;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly IDisposable _subscription;
    private volatile InboundRules _current;

    public InboundPolicyMonitor(IInboundPolicySource source, SettingsMonitor settings, MeshIdentity identity, ILogger<InboundPolicyMonitor> logger)
    {
        (_source, _settings, _identity, _logger) = (source, settings, identity, logger);
        _current = new InboundRules(null, settings.Current.Settings.Inbound, identity.By(settings.Current.Settings));
        source.Changed += Take;
        _subscription = settings.Subscribe(_ => Take());
    }

    /// <summary>Others hold from now on. Raised on any thread.</summary>
    public event Action? Changed;

    public InboundRules Current => _current;

    /// <summary>As the authority tells it: why its word is not known, or not the newest.</summary>
    public string? Trouble => _source.Trouble;

    public void Dispose()
    {
        _source.Changed -= Take;
        _subscription.Dispose();
    }

    private void Take()
    {
        try
        {
            string before;
            InboundRules now;
            lock (_gate)
            {
                MeshSettings settings = _settings.Current.Settings;
                before = _current.Version;
                now = new InboundRules(_source.Current, settings.Inbound, _identity.By(settings));
                _current = now;
            }

            if (now.Table is { } table && now.Version != before)
            {
                Guarded.Log(() => _logger.PolicyInForce(now.Version, table.Policies.Length));
            }

            Changed?.Invoke();
        }
        catch (Exception fault)
        {
            Guarded.Log(() => _logger.PolicyFailed(fault));
        }
    }
}
