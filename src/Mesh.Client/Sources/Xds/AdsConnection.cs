using System.Net.Sockets;
using Grpc.Core;
using Mesh.Client.Telemetry;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Sources.Xds;

/// <summary>
/// Keeps one stream to one of the config servers: the first that answers, in order, and an earlier one again once it is back. It runs until
/// it is disposed.
/// </summary>
internal sealed class AdsConnection : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly AsyncSignal _questions = new();
    private readonly XdsClient _client;
    private readonly XdsTarget _target;
    private readonly AddressList _addresses;
    private readonly Backoff _backoff;
    private readonly ReturnProbe _return;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private Uri? _lastConnected;
    private bool _isOutage;
    private bool _isAnybodyThere;
    private string _behind = "";

    public AdsConnection(XdsClient client, XdsTarget target, Random random, TimeProvider time, ILogger logger)
    {
        _client = client;
        _target = target;
        _addresses = new AddressList(target.Addresses);
        _backoff = new Backoff(random);
        _return = new ReturnProbe(new Backoff(random), time);
        _time = time;
        _logger = logger;
        using (ExecutionContext.SuppressFlow())
        {
            _ = Task.Run(RunAsync);
        }
    }

    /// <summary>Other resources are followed than before.</summary>
    public void Wake() => _questions.Set();

    public void Dispose() => _stop.Cancel();

    private async Task RunAsync()
    {
        CancellationToken stop = _stop.Token;
        TellOfPlainText();
        try
        {
            while (!_client.HasQuestions)
            {
                await _questions.WaitAsync(stop).ConfigureAwait(false);
            }

            while (true)
            {
                await Task.Delay(await ConnectAsync(stop).ConfigureAwait(false), _time, stop).ConfigureAwait(false);
            }
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // Disposed: the normal end, which the stream tells of by an exception of its own.
        }
    }

    /// <summary>Has one stream from its beginning to its end.</summary>
    /// <returns>How long to wait before the next.</returns>
    private async Task<TimeSpan> ConnectAsync(CancellationToken stop)
    {
        Uri address = _addresses.Current;
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using AdsStream stream = new(_client, this, _target, address, _questions, _time);
        Task<Uri> isBack = _return.FindAsync(_addresses.Earlier, over.Token);
        Exception? failure = null;
        try
        {
            Task running = stream.RunAsync(() => OnAnswered(address), over.Token);
            if (await Task.WhenAny(running, isBack).ConfigureAwait(false) == isBack && isBack.IsCompletedSuccessfully)
            {
                _addresses.Return(await isBack.ConfigureAwait(false));
                await over.CancelAsync().ConfigureAwait(false);
            }

            await running.ConfigureAwait(false);
        }
        catch (Exception ended) when (!stop.IsCancellationRequested)
        {
            failure = ended;
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            _client.OnDisconnected(this);
        }

        if (isBack.IsCompletedSuccessfully)
        {
            return TimeSpan.Zero;
        }

        return IsBehind(failure) ? OnBehind(address, failure!)
            : stream.AnsweredAt is { } answered ? OnEnded(_time.GetElapsedTime(answered))
            : OnFailed(address, failure);
    }

    private void OnAnswered(Uri address)
    {
        if (_isOutage || _lastConnected != address)
        {
            Guarded.Log(() => _logger.ConfigServerConnected(Text(address), _client.Seen?.ToString() ?? "an unknown state"));
        }

        if (address == _target.Addresses[0])
        {
            _return.Reset();
        }

        _isOutage = false;
        _lastConnected = address;
    }

    // A stream that had answered ends when the server wants its clients to spread, or goes: at once another, to the same one first. But
    // one that never lives long is no better than one that does not come about.
    private TimeSpan OnEnded(TimeSpan lived)
    {
        if (lived < Backoff.Base)
        {
            return _backoff.Next();
        }

        _backoff.Reset();
        return _backoff.Short();
    }

    private TimeSpan OnFailed(Uri address, Exception? failure)
    {
        if (!_isOutage)
        {
            _isOutage = true;
            Guarded.Log(() => _logger.ConfigServerLost(
                Text(address), ReasonOf(failure), _lastConnected is null ? "What the cache had is in force." : "What it said last stays in force."));
        }

        return MoveOn(failure);
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

    private static string ReasonOf(Exception? failure) => failure switch
    {
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
