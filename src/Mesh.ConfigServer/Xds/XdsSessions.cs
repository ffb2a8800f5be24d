using System.Collections.Concurrent;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Xds;

/// <summary>All streams of this server, and whether there may be more.</summary>
internal sealed class XdsSessions(XdsOptions options, TimeProvider time, XdsMetrics metrics, ILogger<XdsSessions> logger)
    : IXdsClients, IDisposable
{
    // Timers are not much finer than this.
    private static readonly TimeSpan s_drainTick = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<ClientSession, bool> _sessions = new();
    private readonly StreamPace _pace = new(options.NewStreamsPerSecond, time);
    private readonly CancellationTokenSource _draining = new();
    private readonly CancellationTokenSource _drained = new(Timeout.InfiniteTimeSpan, time);
    private int _streams;

    /// <summary>What clients are told at shutdown.</summary>
    public static Status Leaving { get; } = new(StatusCode.Unavailable, "This server is shutting down.");

    /// <summary>Cancelled when the server begins to shut down.</summary>
    public CancellationToken Draining => _draining.Token;

    /// <summary>Cancelled when all streams were ended, and clients have had the time to read it.</summary>
    public CancellationToken Drained => _drained.Token;

    public int Count => _sessions.Count;

    public ClientFigures Figures() => ClientFigures.Of(_sessions.Keys, time.GetUtcNow());

    public IReadOnlyList<ClientStatus> All(Func<ClientNode, bool>? isMeant = null) =>
        [.. _sessions.Keys.Where(session => isMeant is null || isMeant(session.Node)).Select(session => session.Describe())
            .OrderBy(client => client.Node.Id, StringComparer.Ordinal).ThenBy(client => client.ConnectedAt)];

    /// <summary>
    /// Counts a stream that begins, even before it says who it is. Ends when it is its turn: where many begin at the same time they wait in
    /// line.
    /// </summary>
    /// <param name="onWait">Called where it has to wait.</param>
    /// <param name="gone">Cancelled when its client leaves.</param>
    /// <exception cref="RpcException">It was not counted. UNAVAILABLE: not now, or not here. CANCELLED: its client has left.</exception>
    public async Task EnterAsync(Func<Task> onWait, CancellationToken gone)
    {
        if (Draining.IsCancellationRequested)
        {
            throw new RpcException(Leaving);
        }

        if (Interlocked.Increment(ref _streams) > options.MaxStreams)
        {
            Leave();
            throw new RpcException(new Status(StatusCode.Unavailable, $"This server has {options.MaxStreams} streams and takes no more."));
        }

        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(gone, Draining);
        Task turn = _pace.WaitAsync(either.Token);
        if (turn.IsCompletedSuccessfully)
        {
            return;
        }

        metrics.StreamWaits(1);
        try
        {
            await Task.WhenAll(turn, onWait()).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            // Where nobody has said so yet the connection broke.
            Leave();
            throw new RpcException(Draining.IsCancellationRequested ? Leaving : new Status(StatusCode.Cancelled, "", failure));
        }
        finally
        {
            metrics.StreamWaits(-1);
        }
    }

    public void Dispose()
    {
        _pace.Dispose();
        _draining.Dispose();
        _drained.Dispose();
    }

    public void Leave() => Interlocked.Decrement(ref _streams);

    public void Add(ClientSession session)
    {
        _sessions.TryAdd(session, true);
        metrics.StreamOpened(session.Protocol);
        logger.StreamOpened(session.Node.Id, session.Address, session.Protocol, session.Node.Profile);
        if (Draining.IsCancellationRequested)
        {
            session.End(Leaving);
        }
    }

    public void Remove(ClientSession session)
    {
        _sessions.TryRemove(session, out _);
        metrics.StreamClosed(session.Protocol);
        logger.StreamEnded(session.Node.Id, session.Address, session.EndStatus.StatusCode);
    }

    /// <summary>Ends all streams, few at a time, so that not all clients look for another server at once. Cancelled: at once.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        await _draining.CancelAsync().ConfigureAwait(false);
        ClientSession[] sessions = [.. _sessions.Keys];
        if (sessions.Length > 0)
        {
            await EndAsync(sessions, cancellationToken).ConfigureAwait(false);
        }

        _drained.CancelAfter(options.LeaveTime);
    }

    private async Task EndAsync(ClientSession[] sessions, CancellationToken cancellationToken)
    {
        // Few streams are ended one a tick, which takes less than the time there is; many are ended so many a tick that the time suffices.
        int ticks = Math.Max((int)(options.DrainTime / s_drainTick), 1);
        ClientSession[][] batches = [.. sessions.Chunk((int)Math.Ceiling((double)sessions.Length / ticks))];
        TimeSpan pause = TimeSpan.FromTicks(Math.Min(options.DrainTime.Ticks, s_drainTick.Ticks));
        logger.Draining(sessions.Length, pause * batches.Length);
        foreach (ClientSession[] batch in batches)
        {
            Array.ForEach(batch, session => session.End(Leaving));
            if (!cancellationToken.IsCancellationRequested)
            {
                // After the last one, too: a server that closes its connections at once takes what is still to be written with it.
                await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
