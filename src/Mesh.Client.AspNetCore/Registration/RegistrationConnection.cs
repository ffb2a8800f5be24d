using Mesh.Client.Sources.Xds;
using Mesh.Client.Sources.Xds.Bootstrap;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.AspNetCore.Registration;

/// <summary>Keeps the process registered with one of the config servers, for ever, until it is withdrawn or disposed.</summary>
internal sealed class RegistrationConnection : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly SilentUpstreams _upstreams;
    private readonly AddressList _servers;
    private readonly EarlierServers _earlier;
    private readonly RegistrationStreams _streams;
    private readonly RegistrationOutcomes _outcomes;
    private readonly Action<RegistrationConnection> _onRegistered;
    private readonly TimeProvider _time;
    private readonly Task _running;
    private volatile RegistrationTarget _target;
    private volatile WantedRegistration _wanted;
    private volatile AsyncSignal _changed = new();
    private RegistrationStream? _stream;
    private bool _hasWaited;
    private volatile bool _isWaiting;
    private volatile bool _isSuperseded;

    /// <param name="target">Who is registered, and where.</param>
    /// <param name="onRegistered">Called whenever a server has confirmed it.</param>
    /// <param name="epochs">The process's.</param>
    /// <param name="upstreams">What is waited for.</param>
    /// <param name="channels">Where connections come from.</param>
    /// <param name="random">Spreads the waits.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of what changes.</param>
    public RegistrationConnection(
        RegistrationTarget target, Action<RegistrationConnection> onRegistered, Epochs epochs, SilentUpstreams upstreams, ChannelPool channels, Random random, TimeProvider time, ILogger logger)
    {
        _target = target;
        _onRegistered = onRegistered;
        _upstreams = upstreams;
        _servers = new AddressList(target.Servers);
        _streams = new RegistrationStreams(epochs, channels, OnRegistered, time, logger);
        _outcomes = new RegistrationOutcomes(target, new RegistrationPace(_servers, random), logger);
        _earlier = new EarlierServers(_servers, OpenBesideAsync, () => new WantedRegistration(_target.Message), _outcomes, random, time);
        _wanted = new WantedRegistration(target.Message);
        _time = time;
        using (ExecutionContext.SuppressFlow())
        {
            _running = Task.Run(RunAsync);
        }
    }

    /// <summary>A server has it registered, at the moment.</summary>
    public bool IsRegistered
    {
        get
        {
            lock (_gate)
            {
                return _stream is { Registered: not null, Ended.IsCompleted: false } && !_streams.IsWithdrawn;
            }
        }
    }

    /// <summary>Whether another target is of the same service.</summary>
    public bool IsOf(RegistrationTarget target) => _target.IsOfServiceOf(target);

    /// <summary>Tells the server what has changed, if it is nothing that asks for another stream.</summary>
    public bool TryGoOnAs(RegistrationTarget target)
    {
        if (!_target.GoesOnAs(target))
        {
            return false;
        }

        if (!_target.Message.Equals(target.Message))
        {
            lock (_gate)
            {
                _target = target;
                _wanted.Take(target.Message);
                _stream?.Wake();
            }

            _changed.Set();
        }

        return true;
    }

    /// <summary>Another connection of this process is to take its place: it holds until then, and where it is told so, it ends without a word.</summary>
    public void Supersede() => _isSuperseded = true;

    /// <summary>Ends it; the servers that believe in the process are told.</summary>
    /// <returns>Whether they have confirmed it.</returns>
    public async Task<bool> WithdrawAsync(TimeSpan spreadWithin, CancellationToken cancellationToken)
    {
        using CancellationTokenSource late = new(spreadWithin * 1.2, _time);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        await _streams.WithdrawAsync(spreadWithin, over.Token).ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return await _streams.WithdrawElsewhereAsync(spreadWithin, over.Token).ConfigureAwait(false);
    }

    public RegistrationDescription Describe(string instance)
    {
        lock (_gate)
        {
            bool isRegistered = IsRegistered;
            return new RegistrationDescription
            {
                Instance = instance,
                Server = isRegistered ? XdsServer.TextOf(_stream!.Address) : null,
                Addresses = isRegistered ? [.. _stream!.Registered!.Addresses] : [],
                Trouble = isRegistered ? null : _streams.IsWithdrawn ? "The process is draining, and was withdrawn."
                    : _isWaiting ? "It waits for what the config server says of Mesh:Upstreams." : _outcomes.Trouble,
            };
        }
    }

    public void Dispose() => _stop.Cancel();

    // It lasts as long as the process, whatever happens in it.
    private async Task RunAsync()
    {
        CancellationToken stop = _stop.Token;
        while (!stop.IsCancellationRequested)
        {
            TimeSpan? wait;
            try
            {
                await UntilUpstreamsAreKnownAsync(stop).ConfigureAwait(false);
                wait = await IsOutOfReachAsync(_servers.Current, stop).ConfigureAwait(false) ? _outcomes.OnOutOfReach(_servers.Current, _target.Ipv4Ports)
                    : Open() is { } stream ? await KeepAsync(stream, stop).ConfigureAwait(false) : null;
            }
            catch (Exception unforeseen)
            {
                wait = _outcomes.OnFault(unforeseen);

                // Or what has not been said would have it tried again at once, time after time.
                _ = _wanted.Say();
            }

            if (wait is null)
            {
                return;
            }

            AsyncSignal changed = _changed = new AsyncSignal();
            if (!_wanted.IsNews)
            {
                await changed.WaitAsync(wait.Value, _time, stop).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Has one stream to its end, or the one that takes its place.</summary>
    /// <returns>How long to wait before the next; null: there is none.</returns>
    private async Task<TimeSpan?> KeepAsync(RegistrationStream stream, CancellationToken stop)
    {
        _ = stream.RunAsync(stop);
        Exception? failure;
        try
        {
            while (await _earlier.ReturnAsync(stream, stop).ConfigureAwait(false) is { } returned)
            {
                Use(returned);
                _ = _streams.LeaveAsync(stream);
                stream = returned;
            }

            failure = await stream.Ended.ConfigureAwait(false);
        }
        finally
        {
            stream.Dispose();
        }

        return stop.IsCancellationRequested || _streams.IsWithdrawn || (_isSuperseded && RegistrationOutcomes.IsTaken(failure))
            ? null : _outcomes.OnEnded(stream, failure);
    }

    // Calls come at once, and a process that needs others for its answers had none before it knows of them. Later nothing waits for that: it serves already.
    private async Task UntilUpstreamsAreKnownAsync(CancellationToken stop)
    {
        if (!_hasWaited)
        {
            Task known = _upstreams.WaitAsync(stop);
            _isWaiting = !known.IsCompleted;
            await known.ConfigureAwait(false);
            _isWaiting = false;
            _hasWaited = true;
        }
    }

    // The server takes the address that the stream comes from, and at one of the other family nobody listens.
    private async Task<bool> IsOutOfReachAsync(Uri server, CancellationToken stop) =>
        !_target.Ipv4Ports.IsEmpty && await ServerRoute.IsIpv6Async(server, _time, stop).ConfigureAwait(false);

    private RegistrationStream? Open()
    {
        lock (_gate)
        {
            _ = _wanted.Say();
            return _stream = _streams.Open(_servers.Current, _wanted);
        }
    }

    private async Task<RegistrationStream?> OpenBesideAsync(Uri server, WantedRegistration wanted) =>
        await IsOutOfReachAsync(server, _stop.Token).ConfigureAwait(false) ? null : _streams.Open(server, wanted, isBeside: true);

    private void Use(RegistrationStream returned)
    {
        lock (_gate)
        {
            _stream = returned;
            _wanted = returned.Wanted;
            if (_wanted.Take(_target.Message))
            {
                returned.Wake();
            }
        }
    }

    private void OnRegistered(RegistrationStream stream)
    {
        _outcomes.OnRegistered(stream);
        _onRegistered(this);
    }
}
