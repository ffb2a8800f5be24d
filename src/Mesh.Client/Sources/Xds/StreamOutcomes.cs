using Grpc.Core;
using Mesh.Client.Sources.Xds.Bootstrap;
using Mesh.Client.Telemetry;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Sources.Xds;

/// <summary>What follows from how streams end: which server is next, after how long, and what people are told. One stream after the other.</summary>
/// <param name="client">Knows what is known.</param>
/// <param name="target">Who is asked.</param>
/// <param name="addresses">The servers.</param>
/// <param name="random">Spreads the waits.</param>
/// <param name="logger">Told of outages.</param>
internal sealed class StreamOutcomes(XdsClient client, XdsTarget target, AddressList addresses, Random random, ILogger logger)
{
    // So often in a row a server that answers may fail before the next one is tried.
    private const int MaxFailures = 2;

    // The same for one that ends its streams in good order, as it does when it goes.
    private const int MaxShortLived = 5;

    private readonly Backoff _backoff = new(random);
    private Uri? _lastConnected;
    private int _failures;
    private int _shortLived;
    private bool _isOutage;
    private bool _isAnybodyThere;
    private string _behind = "";

    public void OnAnswered(Uri address)
    {
        if (_isOutage || _lastConnected != address)
        {
            Guarded.Log(() => logger.ConfigServerConnected(Text(address), client.Seen?.ToString() ?? "an unknown state"));
        }

        _isOutage = false;
        _lastConnected = address;
    }

    /// <summary>How long to wait before the next stream.</summary>
    /// <param name="address">The server of the one that ended.</param>
    /// <param name="lived">Since its first answer; null: it has given none.</param>
    /// <param name="failure">What it failed of; null: the server has ended it in good order.</param>
    public TimeSpan OnEnded(Uri address, TimeSpan? lived, Exception? failure)
    {
        if (lived >= Backoff.Longest)
        {
            // What has been well for long begins anew.
            _failures = _shortLived = 0;
            _backoff.Reset();
        }

        return IsBehind(failure) ? OnBehind(address, failure!)
            : !client.HasQuestions ? TimeSpan.Zero
            : lived is null ? OnFailed(address, failure)
            : failure is null ? OnFinished(address, lived.Value)
            : OnBroken(address, failure);
    }

    // A stream that had answered is ended when the server wants its clients to spread, or goes: at once another, to the same one first. But
    // one that never lives long is no better than one that breaks.
    private TimeSpan OnFinished(Uri address, TimeSpan lived)
    {
        if (lived < Backoff.Base)
        {
            if (++_shortLived % MaxShortLived == 0)
            {
                TellOfOutage(address, "It ends each stream within a second.");
                addresses.MoveOn();
            }

            return _backoff.Next();
        }

        _failures = _shortLived = 0;
        _backoff.Reset();
        return _backoff.Short();
    }

    // A server that answers and fails, time after time, is told of once, and left for the next one.
    private TimeSpan OnBroken(Uri address, Exception failure)
    {
        if (++_failures == 1)
        {
            TellOfOutage(address, ReasonOf(failure));
        }

        if (_failures % MaxFailures == 0)
        {
            addresses.MoveOn();
        }

        return _backoff.Next();
    }

    private TimeSpan OnFailed(Uri address, Exception? failure)
    {
        TellOfOutage(address, ReasonOf(failure));
        return MoveOn(failure);
    }

    private void TellOfOutage(Uri address, string reason)
    {
        if (!_isOutage)
        {
            _isOutage = true;
            Guarded.Log(() => logger.ConfigServerLost(
                Text(address),
                reason,
                _lastConnected is not null ? "What it said last stays in force."
                    : client.HasCache ? "What the cache had is in force."
                    : "Nothing is known of the services that it alone knows."));
        }
    }

    private TimeSpan OnBehind(Uri address, Exception failure)
    {
        string reason = $"{Text(address)}: {ReasonOf(failure)}";
        if (_behind != reason)
        {
            _behind = reason;
            Guarded.Log(() => logger.ConfigServerBehind(Text(address), ReasonOf(failure)));
        }

        return MoveOn(failure);
    }

    private TimeSpan MoveOn(Exception? failure)
    {
        _isAnybodyThere |= !ServerFailures.IsConnectionRefused(failure);
        if (!addresses.MoveOn())
        {
            return TimeSpan.Zero;
        }

        TimeSpan wait = _isAnybodyThere ? _backoff.Next() : _backoff.Steady();
        _isAnybodyThere = false;
        return wait;
    }

    private bool IsBehind(Exception? failure) =>
        failure is ServerBehindException || (target.Bootstrap is null && failure is RpcException { StatusCode: StatusCode.FailedPrecondition });

    private string ReasonOf(Exception? failure) => ServerFailures.ReasonOf(failure, isOurs: target.Bootstrap is null);

    private static string Text(Uri address) => XdsServer.TextOf(address);
}
