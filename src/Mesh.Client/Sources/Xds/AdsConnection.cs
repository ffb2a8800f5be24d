using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Grpc.Core;
using Mesh.Client.Telemetry;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Sources.Xds;

/// <summary>
/// Keeps one stream to one of the config servers: the first that answers, in order, and an earlier one again once that has answered anew. It
/// runs until it is disposed.
/// </summary>
internal sealed class AdsConnection : IDisposable
{
    // So often in a row a server that answers may fail before the next one is tried.
    private const int MaxFailures = 2;

    private readonly CancellationTokenSource _stop = new();
    private readonly AsyncSignal _questions = new();
    private readonly XdsClient _client;
    private readonly XdsTarget _target;
    private readonly AddressList _addresses;
    private readonly Backoff _backoff;
    private readonly Backoff _return;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile RunningStream? _running;
    private volatile RunningStream? _candidate;
    private Uri? _lastConnected;
    private int _failures;
    private bool _isOutage;
    private bool _isAnybodyThere;
    private string _behind = "";

    public AdsConnection(XdsClient client, XdsTarget target, Random random, TimeProvider time, ILogger logger)
    {
        _client = client;
        _target = target;
        _addresses = new AddressList(target.Addresses);
        _backoff = new Backoff(random);
        _return = new Backoff(random);
        _time = time;
        _logger = logger;
        using (ExecutionContext.SuppressFlow())
        {
            _ = Task.Run(RunAsync);
        }
    }

    /// <summary>Other resources are followed than before.</summary>
    public void Wake()
    {
        _questions.Set();
        _running?.Wake();
        _candidate?.Wake();
    }

    /// <summary>The server is stuck: it is left as one that fails.</summary>
    public void Leave(string why) => _running?.Leave(new TimeoutException(why));

    public void Dispose() => _stop.Cancel();

    private async Task RunAsync()
    {
        CancellationToken stop = _stop.Token;
        TellOfPlainText();
        try
        {
            RunningStream? next = null;
            while (true)
            {
                RunningStream stream = next ?? await BeginAsync(stop).ConfigureAwait(false);
                (next, TimeSpan wait) = await KeepAsync(stream, stop).ConfigureAwait(false);
                await Task.Delay(wait, _time, stop).ConfigureAwait(false);
            }
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // Disposed: the normal end, which the stream tells of by an exception of its own.
        }
    }

    // Without a question a server has nothing to answer, and would be taken for one that is stuck.
    private async Task<RunningStream> BeginAsync(CancellationToken stop)
    {
        while (!_client.HasQuestions)
        {
            await _questions.WaitAsync(stop).ConfigureAwait(false);
        }

        return Begin(_addresses.Current, stop);
    }

    private RunningStream Begin(Uri address, CancellationToken stop) =>
        new(address, questions => new AdsStream(_client, this, _target, address, questions, _time), stop);

    /// <summary>Has one stream to its end, or until a preferred server has answered.</summary>
    /// <returns>The preferred one's stream, or null; and how long to wait before the next.</returns>
    private async Task<(RunningStream? Next, TimeSpan Wait)> KeepAsync(RunningStream stream, CancellationToken stop)
    {
        await using ConfiguredAsyncDisposable disposed = stream.ConfigureAwait(false);

        // What was asked between its beginning and now has woken nobody.
        _running = stream;
        stream.Wake();
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task<RunningStream?> returning = ReturnAsync(over.Token, stop);
        await Task.WhenAny(stream.Answered, returning).ConfigureAwait(false);
        if (stream.Answered.IsCompleted && await stream.Answered.ConfigureAwait(false))
        {
            OnAnswered(stream.Address);
        }

        await Task.WhenAny(stream.Ended, returning).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        if (await returning.ConfigureAwait(false) is { } preferred)
        {
            _addresses.Return(preferred.Address);
            return (preferred, TimeSpan.Zero);
        }

        Exception? failure = await stream.Ended.ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
        _client.OnDisconnected(this);
        return (null, OnEnded(stream, failure));
    }

    /// <summary>Tries those that are preferred, ever more rarely, beside the stream in use: that one ends only once one of them has answered.</summary>
    /// <returns>Null: it was given up.</returns>
    private async Task<RunningStream?> ReturnAsync(CancellationToken over, CancellationToken stop)
    {
        Uri[] preferred = [.. _addresses.Earlier];
        try
        {
            while (true)
            {
                await Task.Delay(preferred.Length == 0 ? Timeout.InfiniteTimeSpan : _return.Next(), _time, over).ConfigureAwait(false);
                foreach (Uri address in preferred)
                {
                    if (await TryAsync(Begin(address, stop), over).ConfigureAwait(false) is { } answering)
                    {
                        return answering;
                    }
                }
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<RunningStream?> TryAsync(RunningStream candidate, CancellationToken over)
    {
        bool hasAnswered = false;
        _candidate = candidate;
        candidate.Wake();
        try
        {
            hasAnswered = await candidate.Answered.WaitAsync(over).ConfigureAwait(false);
            return hasAnswered ? candidate : null;
        }
        finally
        {
            if (!hasAnswered)
            {
                await candidate.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private void OnAnswered(Uri address)
    {
        _client.OnConnected(this, address);
        if (_isOutage || _lastConnected != address)
        {
            Guarded.Log(() => _logger.ConfigServerConnected(Text(address), _client.Seen?.ToString() ?? "an unknown state"));
        }

        _isOutage = false;
        _lastConnected = address;
    }

    private TimeSpan OnEnded(RunningStream stream, Exception? failure)
    {
        TimeSpan? lived = stream.AnsweredAt is { } answered ? _time.GetElapsedTime(answered) : null;
        if (lived >= Backoff.Longest)
        {
            // What has been well for long begins anew.
            _failures = 0;
            _backoff.Reset();
            _return.Reset();
        }

        return IsBehind(failure) ? OnBehind(stream.Address, failure!)
            : !_client.HasQuestions ? TimeSpan.Zero
            : lived is null ? OnFailed(stream.Address, failure)
            : failure is null ? OnFinished(lived.Value)
            : OnBroken(stream.Address, failure);
    }

    // A stream that had answered is ended when the server wants its clients to spread, or goes: at once another, to the same one first. But
    // one that never lives long is no better than one that does not come about.
    private TimeSpan OnFinished(TimeSpan lived)
    {
        if (lived < Backoff.Base)
        {
            return _backoff.Next();
        }

        _failures = 0;
        _backoff.Reset();
        return _backoff.Short();
    }

    // A server that answers and fails, time after time, is told of once, and left for the next one.
    private TimeSpan OnBroken(Uri address, Exception failure)
    {
        if (++_failures == 1)
        {
            TellOfOutage(address, failure);
        }

        if (_failures % MaxFailures == 0)
        {
            _addresses.MoveOn();
        }

        return _backoff.Next();
    }

    private TimeSpan OnFailed(Uri address, Exception? failure)
    {
        TellOfOutage(address, failure);
        return MoveOn(failure);
    }

    private void TellOfOutage(Uri address, Exception? failure)
    {
        if (!_isOutage)
        {
            _isOutage = true;
            Guarded.Log(() => _logger.ConfigServerLost(
                Text(address),
                ReasonOf(failure),
                _lastConnected is not null ? "What it said last stays in force."
                    : _client.HasCache ? "What the cache had is in force."
                    : "Nothing is known of the services that it alone knows."));
        }
    }

    private TimeSpan OnBehind(Uri address, Exception failure)
    {
        string reason = $"{Text(address)}: {ReasonOf(failure)}";
        if (_behind != reason)
        {
            _behind = reason;
            Guarded.Log(() => _logger.ConfigServerBehind(Text(address), ReasonOf(failure)));
        }

        return MoveOn(failure);
    }

    private TimeSpan MoveOn(Exception? failure)
    {
        _isAnybodyThere |= !IsConnectionRefused(failure);
        if (!_addresses.MoveOn())
        {
            return TimeSpan.Zero;
        }

        TimeSpan wait = _isAnybodyThere ? _backoff.Next() : _backoff.Steady();
        _isAnybodyThere = false;
        return wait;
    }

    // No process has the port: what a server that was restarted or crashed looks like from the same machine, or in the same network.
    private static bool IsConnectionRefused(Exception? failure) =>
        (failure as RpcException)?.Status.DebugException?.GetBaseException() is SocketException { SocketErrorCode: SocketError.ConnectionRefused };

    private static bool IsBehind(Exception? failure) =>
        failure is ServerBehindException or RpcException { StatusCode: StatusCode.FailedPrecondition };

    // HTTP_1_1_REQUIRED (RFC 9113, section 7): what the config server's REST API answers to HTTP/2.
    private static bool SpeaksHttp1Only(RpcException failure) =>
        failure.Status.DebugException?.GetBaseException() is HttpProtocolException { ErrorCode: 0xd };

    private static string ReasonOf(Exception? failure) => failure switch
    {
        RpcException other when SpeaksHttp1Only(other) =>
            "It speaks HTTP/1.1 only. Is it the REST port (15080 unless said otherwise)? "
            + "Clients follow the xDS port (15010 unless said otherwise); `mesh server` writes both when it starts.",
        RpcException { Status: { Detail: { Length: > 0 } detail } status } => $"{status.StatusCode}, {detail.TrimEnd('.')}.",
        null => "It ended the stream without an answer.",
        _ => failure.Message,
    };

    private static string Text(Uri address) => address.GetLeftPart(UriPartial.Authority);

    private void TellOfPlainText()
    {
        string[] open = [.. _target.Addresses.Where(address => !address.IsLoopback).Select(Text)];
        if (open.Length > 0)
        {
            Guarded.Log(() => _logger.ConfigServerInPlainText(string.Join(", ", open)));
        }
    }
}
