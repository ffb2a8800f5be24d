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
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Task _running;
    private volatile RegistrationTarget _target;
    private volatile AsyncSignal _changed = new();
    private RegistrationStream? _stream;
    private volatile bool _isWaiting;
    private bool _isWithdrawn;

    public RegistrationConnection(
        RegistrationTarget target, Epochs epochs, SilentUpstreams upstreams, ChannelPool channels, Random random, TimeProvider time, ILogger logger)
    {
        _target = target;
        _epochs = epochs;
        _upstreams = upstreams;
        _channels = channels;
        _servers = new AddressList(target.Servers);
        _outcomes = new RegistrationOutcomes(target, _servers, random, time, logger);
        _time = time;
        _logger = logger;
        using (ExecutionContext.SuppressFlow())
        {
            _running = Task.Run(RunAsync);
        }
    }

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
            _changed.Set();
            lock (_gate)
            {
                _stream?.Wake();
            }
        }

        return true;
    }

    /// <summary>Ends it; the server is told, if there is one at the moment.</summary>
    public async Task WithdrawAsync(TimeSpan spreadWithin, CancellationToken cancellationToken)
    {
        RegistrationStream? stream;
        lock (_gate)
        {
            _isWithdrawn = true;
            stream = _stream;
        }

        if (stream is { IsSpeaking: true, Ended.IsCompleted: false })
        {
            stream.Withdraw(spreadWithin);
            await WaitAsync(stream.Ended, spreadWithin * 1.2, cancellationToken).ConfigureAwait(false);
            Guarded.Log(() => TellOfWithdrawal(stream));
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
    }

    public RegistrationDescription Describe(string instance)
    {
        lock (_gate)
        {
            bool isRegistered = _stream is { Registered: not null, Ended.IsCompleted: false } && !_isWithdrawn;
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

    private async Task RunAsync()
    {
        CancellationToken stop = _stop.Token;
        long epoch = _epochs.Next();
        await UntilUpstreamsAreKnownAsync(stop).ConfigureAwait(false);
        while (Begin(epoch) is { } stream)
        {
            Exception? failure = await stream.RunAsync(stop).ConfigureAwait(false);
            if (stop.IsCancellationRequested)
            {
                return;
            }

            // Of two streams with one instance the newer one wins. One that was told that another is newer must not outbid it, or both would for ever.
            if (stream.Registered is not null && !RegistrationOutcomes.IsTaken(failure))
            {
                epoch = _epochs.Next();
            }

            await WaitAsync(_changed.WaitAsync(stop), _outcomes.OnEnded(stream, failure), stop).ConfigureAwait(false);
            await UntilUpstreamsAreKnownAsync(stop).ConfigureAwait(false);
        }
    }

    // Calls come at once, and a process that needs others for its answers had none before it knows of them.
    private async Task UntilUpstreamsAreKnownAsync(CancellationToken stop)
    {
        _isWaiting = true;
        await _upstreams.WaitAsync(stop).ConfigureAwait(false);
        _isWaiting = false;
    }

    private RegistrationStream? Begin(long epoch)
    {
        lock (_gate)
        {
            _changed = new AsyncSignal();
            return _stream = _isWithdrawn || _stop.IsCancellationRequested
                ? null
                : new RegistrationStream(_servers.Current, epoch, () => _target.Message, _outcomes.OnRegistered, _channels, _time);
        }
    }

    private async Task WaitAsync(Task what, TimeSpan atMost, CancellationToken cancellationToken)
    {
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(what, Task.Delay(atMost, _time, over.Token)).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
    }

    private void TellOfWithdrawal(RegistrationStream stream)
    {
        string server = XdsServer.TextOf(stream.Address);
        if (stream.Withdrawn is { } withdrawn)
        {
            _logger.Withdrawn(server, withdrawn.Clients, withdrawn.Behind);
        }
        else
        {
            _logger.WithdrawalUnconfirmed(server);
        }
    }
}
