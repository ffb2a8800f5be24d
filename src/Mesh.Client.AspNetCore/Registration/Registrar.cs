using System.Diagnostics.Metrics;
using Mesh.Client.Calls;
using Mesh.Client.Hosting;
using Mesh.Client.Sources;
using Mesh.Client.Sources.Xds;
using Mesh.Client.Telemetry;
using Microsoft.Extensions.Logging;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.AspNetCore.Registration;

/// <summary>Has this process registered with the config server that the settings name, as what they say of it, for as long as it runs.</summary>
internal sealed class Registrar : IInboundHalf, IDisposable
{
    private readonly Lock _gate = new();
    private readonly SettingsMonitor _settings;
    private readonly MeshIdentity _identity;
    private readonly Listeners _listeners;
    private readonly ChannelPool _channels;
    private readonly XdsPacing _pacing;
    private readonly TimeProvider _time;
    private readonly ILogger<Registrar> _logger;
    private readonly Epochs _epochs;
    private readonly SilentUpstreams _upstreams;
    private IReadOnlyList<Wire.ListeningAddress> _listening = [];
    private RegistrationConnection? _connection;
    private IDisposable? _subscription;
    private bool _isOutOfReach;
    private bool _isOver;

    public Registrar(
        SettingsMonitor settings, MeshIdentity identity, Listeners listeners, ChannelPool channels, Lazy<CallPool> calls, MeshTelemetry telemetry, XdsPacing pacing, TimeProvider time, ILogger<Registrar> logger)
    {
        _settings = settings;
        _identity = identity;
        _listeners = listeners;
        _channels = channels;
        _pacing = pacing;
        _time = time;
        _logger = logger;
        _epochs = new Epochs(time);
        _upstreams = new SilentUpstreams(calls, time);
        telemetry.ObserveRegistration(() => Describe() is { } registration ? [new Measurement<long>(registration.Server is null ? 0 : 1)] : []);
    }

    /// <summary>The web server listens.</summary>
    /// <param name="bound">Its addresses, as it tells of them.</param>
    public void Begin(IReadOnlyList<string> bound)
    {
        _listening = ListeningAddresses.Of(bound, _listeners.ProtocolsOf);
        _isOutOfReach = bound.Count > 0 && _listening.Count == 0;
        IDisposable subscription = _settings.Subscribe(Use);
        lock (_gate)
        {
            _subscription = subscription;
            if (!_isOver)
            {
                return;
            }
        }

        subscription.Dispose();
    }

    /// <summary>Nobody is to be sent here any more.</summary>
    /// <param name="spreadWithin">How long the server may take until all clients know. A fifth more is waited for its word.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task WithdrawAsync(TimeSpan spreadWithin, CancellationToken cancellationToken)
    {
        if (End() is { } connection)
        {
            await connection.WithdrawAsync(spreadWithin, cancellationToken).ConfigureAwait(false);
        }
    }

    public RegistrationDescription? Describe()
    {
        lock (_gate)
        {
            return _connection?.Describe(_identity.Instance);
        }
    }

    public void Dispose() => End()?.Dispose();

    private RegistrationConnection? End()
    {
        lock (_gate)
        {
            _isOver = true;
            _subscription?.Dispose();
            return _connection;
        }
    }

    private void Use(SettingsSnapshot settings)
    {
        RegistrationTarget? target = RegistrationTarget.Of(settings.Settings, _identity, _listening);
        RegistrationConnection? former;
        lock (_gate)
        {
            if (_isOver || (target is not null && _connection?.TryGoOnAs(target) is true))
            {
                return;
            }

            former = _connection;
            _connection = target is null ? null : new RegistrationConnection(target, _epochs, _upstreams, _channels, _pacing.Random, _time, _logger);
        }

        if (_isOutOfReach && settings.Settings is { Inbound: { Enabled: true, Addresses.IsEmpty: true }, ConfigServer.Addresses.IsEmpty: false })
        {
            _isOutOfReach = false;
            Guarded.Log(_logger.NothingToRegister);
        }

        // Settings are not waited for; it ends within its own time.
        _ = former?.WithdrawAsync(TimeSpan.FromSeconds(1), CancellationToken.None);
    }
}
