using Grpc.Core;
using Mesh.Client.Sources.Xds;
using Mesh.Client.Sources.Xds.Bootstrap;
using Mesh.Client.Telemetry;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.AspNetCore.Registration;

/// <summary>Keeps one stream to one of the config servers, for ever, until it is withdrawn or disposed.</summary>
internal sealed class RegistrationConnection : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Epochs _epochs;
    private readonly SilentUpstreams _upstreams;
    private readonly ChannelPool _channels;
    private readonly AddressList _servers;
    private readonly RegistrationOutcomes _outcomes;
    private readonly WantedRegistration _wanted;
    private readonly Action<RegistrationConnection> _onRegistered;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Task _running;
    private volatile RegistrationTarget _target;
    private volatile AsyncSignal _changed = new();
    private RegistrationStream? _stream;
    private long _epoch;
    private volatile bool _isWaiting;
    private bool _isWithdrawn;
    private volatile bool _isSuperseded;
    private volatile bool _isKnown;

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
        _epochs = epochs;
        _upstreams = upstreams;
        _channels = channels;
        _servers = new AddressList(target.Servers);
        _outcomes = new RegistrationOutcomes(target, _servers, random, time, logger);
        _wanted = new WantedRegistration(target.Message);
        _time = time;
        _logger = logger;
        _epoch = epochs.Next();
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
                return _stream is { Registered: not null, Ended.IsCompleted: false } && !_isWithdrawn;
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
            _target = target;
            _wanted.Take(target.Message);
            _changed.Set();
            lock (_gate)
            {
                _stream?.Wake();
            }
        }

        return true;
    }

    /// <summary>Another connection of this process is to take its place: it holds until then, and where it is told so, it ends without a word.</summary>
    public void Supersede() => _isSuperseded = true;

    /// <summary>Ends it; the server is told. Where there is no stream at the moment, and a server may still believe in the last one, one more is tried.</summary>
    /// <returns>Whether a server has confirmed it.</returns>
    public async Task<bool> WithdrawAsync(TimeSpan spreadWithin, CancellationToken cancellationToken)
    {
        RegistrationStream? stream;
        lock (_gate)
        {
            _isWithdrawn = true;
            stream = _stream;
        }

        TimeSpan atMost = spreadWithin * 1.2;
        bool isTold = stream is { Ended.IsCompleted: false } && (_isKnown || stream.IsSpeaking);
        if (isTold)
        {
            stream!.Withdraw(spreadWithin);
            await stream.Ended.WaitAsync(atMost, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            TellOfWithdrawal(stream);
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // Its last word may have gone out meanwhile.
        return isTold ? stream!.Withdrawn is not null : _isKnown && await WithdrawAnewAsync(spreadWithin, atMost, cancellationToken).ConfigureAwait(false);
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
                Trouble = isRegistered ? null : _isWithdrawn ? "The process is draining, and was withdrawn."
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
                wait = await IsOutOfReachAsync(stop).ConfigureAwait(false) ? _outcomes.OnOutOfReach(_servers.Current, _target.Ipv4Ports)
                    : Begin() is { } stream ? await KeepAsync(stream, stop).ConfigureAwait(false) : null;
            }
            catch (Exception unforeseen)
            {
                Guarded.Log(() => _logger.RegistrationFailed(_target.Service, unforeseen));
                wait = Backoff.AfterFault();

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

    /// <summary>Has one stream to its end.</summary>
    /// <returns>How long to wait before the next; null: there is none.</returns>
    private async Task<TimeSpan?> KeepAsync(RegistrationStream stream, CancellationToken stop)
    {
        Exception? failure = await stream.RunAsync(stop).ConfigureAwait(false);
        bool isTaken = RegistrationOutcomes.IsTaken(failure);
        _isKnown = !isTaken && (_isKnown || stream.IsSpeaking);
        if (stop.IsCancellationRequested || (isTaken && _isSuperseded))
        {
            return null;
        }

        // Of two streams with one instance the newer one wins. One that was told that another is newer must not outbid it, or both would for ever.
        if (stream.Registered is not null && !isTaken)
        {
            _epoch = _epochs.Next();
        }

        return WaitAfter(stream, failure);
    }

    // Calls come at once, and a process that needs others for its answers had none before it knows of them.
    private async Task UntilUpstreamsAreKnownAsync(CancellationToken stop)
    {
        _isWaiting = true;
        await _upstreams.WaitAsync(stop).ConfigureAwait(false);
        _isWaiting = false;
    }

    // The server takes the address that the stream comes from, and at one of the other family nobody listens.
    private async Task<bool> IsOutOfReachAsync(CancellationToken stop) =>
        !_target.Ipv4Ports.IsEmpty && await ServerRoute.IsIpv6Async(_servers.Current, _time, stop).ConfigureAwait(false);

    private RegistrationStream? Begin()
    {
        lock (_gate)
        {
            _ = _wanted.Say();
            return _stream = _isWithdrawn || _stop.IsCancellationRequested ? null : Stream(_epoch, OnRegistered);
        }
    }

    private RegistrationStream Stream(long epoch, Action<RegistrationStream> onRegistered) =>
        new(_servers.Current, epoch, _wanted.Say, onRegistered, _channels, _time);

    private void OnRegistered(RegistrationStream stream)
    {
        if (stream.Accepted is { } accepted)
        {
            _wanted.Accept(accepted);
        }

        _outcomes.OnRegistered(stream);
        _onRegistered(this);
    }

    private TimeSpan WaitAfter(RegistrationStream stream, Exception? failure)
    {
        if (failure is RpcException { StatusCode: StatusCode.InvalidArgument } refusal && stream.Unanswered is { } refused)
        {
            if (_wanted.TryYield(refused, refusal.Status.Detail, out IReadOnlyList<string> leftOut))
            {
                _outcomes.OnYielded(stream, refusal, leftOut);
                return TimeSpan.Zero;
            }
        }
        else if (stream.Registered is not null)
        {
            _wanted.BeginAnew();
        }

        return _outcomes.OnEnded(stream, failure);
    }

    // Whoever goes while it has no stream is believed in until its time is over, unless it says so. With a higher epoch it is heard.
    private async Task<bool> WithdrawAnewAsync(TimeSpan spreadWithin, TimeSpan atMost, CancellationToken cancellationToken)
    {
        using CancellationTokenSource late = new(atMost, _time);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        RegistrationStream stream = Stream(_epochs.Next(), static _ => { });
        stream.Withdraw(spreadWithin);
        await stream.RunAsync(over.Token).ConfigureAwait(false);
        TellOfWithdrawal(stream);
        return stream.Withdrawn is not null;
    }

    private void TellOfWithdrawal(RegistrationStream stream)
    {
        string server = XdsServer.TextOf(stream.Address);
        if (stream.Withdrawn is { } withdrawn)
        {
            Guarded.Log(() => _logger.Withdrawn(server, withdrawn.Clients, withdrawn.Behind));
        }
        else if (stream.IsSpeaking)
        {
            Guarded.Log(() => _logger.WithdrawalUnconfirmed(server));
        }
    }
}
