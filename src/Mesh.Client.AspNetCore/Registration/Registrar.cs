using System.Diagnostics.Metrics;
using Mesh.Client.AspNetCore.Policy;
using Mesh.Client.Calls;
using Mesh.Client.Hosting;
using Mesh.Client.Identity;
using Mesh.Client.Sources;
using Mesh.Client.Sources.Xds;
using Mesh.Client.Telemetry;
using Mesh.Model;
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
    private readonly IIdentitySource _identitySource;
    private readonly InboundPolicyMonitor _policy;
    private readonly ListenersSecurity _security;
    private readonly ChannelPool _channels;
    private readonly XdsPacing _pacing;
    private readonly TimeProvider _time;
    private readonly ILogger<Registrar> _logger;
    private readonly Epochs _epochs;
    private readonly SilentUpstreams _upstreams;

    // Of what the settings wish no more. They end within their own time.
    private readonly List<Task<bool>> _withdrawals = [];
    private IReadOnlyList<string> _bound = [];
    private RegistrationConnection? _connection;

    // At servers that the settings named before, until one of those that they name now has registered the process.
    private RegistrationConnection? _former;
    private IDisposable? _subscription;
    private IReadOnlySet<int> _ipv4Only = new HashSet<int>();
    private bool _isOutOfReach;
    private bool _waitsForPolicy;
    private string _unclear = "";
    private bool _isOver;

    public Registrar(
        SettingsMonitor settings, MeshIdentity identity, Listeners listeners, IIdentitySource identitySource, InboundPolicyMonitor policy, ChannelPool channels, Lazy<CallPool> calls, MeshTelemetry telemetry, XdsPacing pacing, TimeProvider time, ILogger<Registrar> logger)
    {
        _settings = settings;
        _identity = identity;
        _listeners = listeners;
        _identitySource = identitySource;
        _policy = policy;
        _security = new ListenersSecurity(identitySource, policy, identity);
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
        _bound = bound;
        _ipv4Only = ListeningAddresses.Ipv4Only(bound);
        _isOutOfReach = bound.Count > 0 && Listening(_settings.Current.Settings).Count == 0;
        IDisposable subscription = _settings.Subscribe(_ => Use());
        _identitySource.Changed += Use;
        _policy.Changed += Use;
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
    /// <returns>Whether whoever was told of this process has been told that it goes, as far as there was time.</returns>
    public async Task<bool> WithdrawAsync(TimeSpan spreadWithin, CancellationToken cancellationToken)
    {
        IEnumerable<Task<bool>> withdrawals = End().Select(connection => connection.WithdrawAsync(spreadWithin, cancellationToken));
        lock (_gate)
        {
            withdrawals = [.. withdrawals, .. _withdrawals];
        }

        bool[] areSpread = await Task.WhenAll(withdrawals).ConfigureAwait(false);
        return areSpread.Length > 0 && areSpread.All(isSpread => isSpread);
    }

    public RegistrationDescription? Describe()
    {
        lock (_gate)
        {
            return _waitsForPolicy
                ? new RegistrationDescription
                {
                    Instance = _identity.Instance, Server = null, Addresses = [], Trouble = $"It waits for what the config server says of who may call it. {_policy.Trouble}",
                }
                : (_former is { IsRegistered: true } && _connection is not { IsRegistered: true } ? _former : _connection)?.Describe(_identity.Instance);
        }
    }

    public void Dispose() => Array.ForEach(End(), connection => connection.Dispose());

    private RegistrationConnection[] End()
    {
        IDisposable? subscription;
        RegistrationConnection[] connections;
        lock (_gate)
        {
            _isOver = true;
            (subscription, _subscription) = (_subscription, null);
            connections = [.. new[] { _connection, _former }.OfType<RegistrationConnection>()];
        }

        _identitySource.Changed -= Use;
        _policy.Changed -= Use;

        // It waits for a change of the settings that is being told, and that waits for the lock.
        subscription?.Dispose();
        return connections;
    }

    private IReadOnlyList<Wire.ListeningAddress> Listening(MeshSettings settings) =>
        ListeningAddresses.Of(_bound, _listeners.ProtocolsOf, _security.By(settings));

    private void Use()
    {
        MeshSettings settings;
        IReadOnlyList<Wire.ListeningAddress> listening;
        RegistrationTarget? target;
        RegistrationConnection[] gone;
        bool isWithdrawn;
        lock (_gate)
        {
            // Settings, policy and identity change apart from each other: who comes last tells the newest of all.
            settings = _settings.Current.Settings;
            listening = Listening(settings);
            target = RegistrationTarget.Of(settings, _identity, listening, _ipv4Only);

            // Who does not know yet whom it may let in answers nobody, and nobody is to be sent here.
            _waitsForPolicy = target is not null && _connection is null && _policy.Current.Table is null;
            target = _waitsForPolicy ? null : target;
            if (_isOver || (target is not null && _connection?.TryGoOnAs(target) is true))
            {
                return;
            }

            // Nobody is to miss a process that only changes its server.
            isWithdrawn = target is null || _connection?.IsOf(target) is not true;
            RegistrationConnection? kept = isWithdrawn ? null : _connection is { IsRegistered: true } ? _connection : _former;
            gone = [.. new[] { _connection, _former }.OfType<RegistrationConnection>().Where(connection => connection != kept)];
            kept?.Supersede();
            _former = kept;
            _connection = target is null ? null : new RegistrationConnection(target, OnRegistered, _epochs, _upstreams, _channels, _pacing.Random, _time, _logger);
        }

        if (_isOutOfReach && settings is { Inbound: { Enabled: true, Addresses.IsEmpty: true }, ConfigServer.Addresses.IsEmpty: false })
        {
            _isOutOfReach = false;
            Guarded.Log(_logger.NothingToRegister);
        }

        if (target is not null)
        {
            TellOfUnclear(string.Join(", ", ListeningAddresses.Unclear(settings.Inbound.Addresses, listening)));
        }

        foreach (RegistrationConnection connection in gone)
        {
            if (isWithdrawn)
            {
                Withdraw(connection);
            }
            else
            {
                connection.Dispose();
            }
        }
    }

    // Whoever reads settings does not wait for it; a stop does.
    private void Withdraw(RegistrationConnection connection)
    {
        Task<bool> withdrawal = connection.WithdrawAsync(TimeSpan.FromSeconds(1), CancellationToken.None);
        lock (_gate)
        {
            _withdrawals.RemoveAll(static former => former.IsCompleted);
            _withdrawals.Add(withdrawal);
        }
    }

    private void OnRegistered(RegistrationConnection connection)
    {
        RegistrationConnection? former;
        lock (_gate)
        {
            if (connection != _connection || _isOver)
            {
                return;
            }

            (former, _former) = (_former, null);
        }

        // The new one's epoch is higher.
        former?.Dispose();
    }

    private void TellOfUnclear(string addresses)
    {
        if (addresses.Length > 0 && addresses != _unclear)
        {
            Guarded.Log(() => _logger.ProtocolsUnclear(addresses));
        }

        _unclear = addresses;
    }
}
