using Grpc.Core;
using Mesh.Client.Sources.Xds.Bootstrap;
using Mesh.Model.Xds.Wire;

namespace Mesh.Client.Sources.Xds;

/// <summary>One stream to one server: incremental to config servers of our own, of the whole to others.</summary>
/// <param name="client">Asks, and takes what comes.</param>
/// <param name="connection">Whose stream it is.</param>
/// <param name="target">Who asks.</param>
/// <param name="address">The server.</param>
/// <param name="accepted">The versions that were accepted of this server.</param>
/// <param name="questions">Set when others are asked.</param>
/// <param name="time">The clock.</param>
internal sealed class AdsStream(
    XdsClient client,
    AdsConnection connection,
    XdsTarget target,
    Uri address,
    Dictionary<XdsResourceType, string> accepted,
    AsyncSignal questions,
    TimeProvider time) : IDisposable
{
    /// <summary>A server that takes longer for its first word is taken for one that is stuck.</summary>
    public static readonly TimeSpan FirstAnswerWithin = TimeSpan.FromSeconds(15);

    /// <summary>The same of one that has sent the headers of its answer: it says by that that others come first.</summary>
    public static readonly TimeSpan TurnWithin = TimeSpan.FromMinutes(2);

    private readonly SemaphoreSlim _writing = new(1);
    private volatile Exception? _fault;

    /// <summary>When it answered first; null: it has not.</summary>
    public long? AnsweredAt { get; private set; }

    /// <summary>Runs until the server ends it, which is the normal end, or something fails.</summary>
    /// <param name="onAnswered">Called once, with the first response.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(Action onAnswered, CancellationToken cancellationToken)
    {
        XdsServer? server = target.Bootstrap?.ServerAt(address);
        using ChannelLease channel = await client.Channels.RentAsync(address, server, cancellationToken).ConfigureAwait(false);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        TimeSpan patience = FirstAnswerWithin;
        using CancellationTokenSource silence = new(patience, time);
        using CancellationTokenRegistration giveUp = silence.Token.Register(over.Cancel);
        CallOptions options = new(await XdsChannel.HeadersAsync(server, cancellationToken).ConfigureAwait(false), cancellationToken: over.Token);
        AggregatedDiscoveryService.AggregatedDiscoveryServiceClient discovery = new(channel.Channel);
        try
        {
            await (server is null
                ? FollowAsync(discovery.DeltaAggregatedResources(options), client.BeginDelta(connection, target), OnTaken, OnAnswered, over)
                : FollowAsync(discovery.StreamAggregatedResources(options), client.BeginSotw(target, accepted, server), OnTaken, OnAnswered, over)).ConfigureAwait(false);
        }
        catch (Exception) when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"It took the stream and has not answered within {patience.TotalSeconds:0} s.");
        }

        catch (Exception) when (_fault is not null)
        {
            throw new InvalidOperationException($"It cannot be asked: {_fault.Message}", _fault);
        }

        void OnTaken()
        {
            patience = TurnWithin;
            silence.CancelAfter(patience);
        }

        void OnAnswered()
        {
            AnsweredAt = time.GetTimestamp();
            silence.CancelAfter(Timeout.InfiniteTimeSpan);
            onAnswered();
        }
    }

    public void Dispose() => _writing.Dispose();

    private async Task FollowAsync<TRequest, TResponse>(
        AsyncDuplexStreamingCall<TRequest, TResponse> call,
        IAdsProtocol<TRequest, TResponse> protocol,
        Action onTaken,
        Action onAnswered,
        CancellationTokenSource over)
    {
        using AsyncDuplexStreamingCall<TRequest, TResponse> disposed = call;
        Task asking = AskAsync(call.RequestStream, protocol, over);
        try
        {
            await call.ResponseHeadersAsync.ConfigureAwait(false);
            onTaken();
            while (await call.ResponseStream.MoveNext(over.Token).ConfigureAwait(false))
            {
                TResponse response = call.ResponseStream.Current;

                // Before the client's gate: calls to services that are new wait behind it.
                IReadOnlyList<SentResource> contents = protocol.Read(response);
                client.Take(connection, address, protocol.ServerOf(response), now => protocol.Take(response, contents, now));
                if (AnsweredAt is null)
                {
                    onAnswered();
                }

                // The next response is read once this one is answered, so that a server can send no faster than it is answered.
                try
                {
                    await SendAsync(call.RequestStream, protocol, over.Token).ConfigureAwait(false);
                }
                catch (Exception ended) when (ended is RpcException or InvalidOperationException)
                {
                    // The server has ended the stream meanwhile: the reading tells how.
                }
            }
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await asking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            client.End(protocol);
        }
    }

    // Whatever ends this ends the reading, too: where the connection is at fault that tells why.
    private async Task AskAsync<TRequest, TResponse>(
        IClientStreamWriter<TRequest> requests, IAdsProtocol<TRequest, TResponse> protocol, CancellationTokenSource over)
    {
        try
        {
            while (true)
            {
                await SendAsync(requests, protocol, over.Token).ConfigureAwait(false);
                await questions.WaitAsync(over.Token).ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or RpcException or InvalidOperationException or IOException))
        {
            _fault = failure;
            await over.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task SendAsync<TRequest, TResponse>(
        IClientStreamWriter<TRequest> requests, IAdsProtocol<TRequest, TResponse> protocol, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (TRequest request in client.Flush(connection, protocol))
            {
                await requests.WriteAsync(request, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _writing.Release();
        }
    }
}
