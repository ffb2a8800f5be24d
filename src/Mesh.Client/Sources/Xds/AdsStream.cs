using Grpc.Core;
using Grpc.Net.Client;
using Mesh.Model.Xds.Wire;

namespace Mesh.Client.Sources.Xds;

/// <summary>One stream to one server, over a connection of its own that nothing else uses: not the mesh, no proxy, no tracing.</summary>
internal sealed class AdsStream(XdsClient client, AdsConnection connection, XdsTarget target, Uri address, AsyncSignal questions, TimeProvider time) : IDisposable
{
    private const int MaxMessage = 16 * 1024 * 1024;

    /// <summary>A server that takes longer for its first word is taken for one that is stuck.</summary>
    public static readonly TimeSpan FirstAnswerWithin = TimeSpan.FromSeconds(15);

    private readonly SemaphoreSlim _writing = new(1);

    /// <summary>When it answered first; null: it has not.</summary>
    public long? AnsweredAt { get; private set; }

    /// <summary>Runs until the server ends it, which is the normal end, or something fails.</summary>
    /// <param name="onAnswered">Called once, with the first response.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(Action onAnswered, CancellationToken cancellationToken)
    {
        using GrpcChannel channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            HttpHandler = Handler(),
            DisposeHttpClient = true,
            MaxReceiveMessageSize = MaxMessage,
        });
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using CancellationTokenSource silence = new(FirstAnswerWithin, time);
        using CancellationTokenRegistration giveUp = silence.Token.Register(over.Cancel);
        using AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> call =
            new AggregatedDiscoveryService.AggregatedDiscoveryServiceClient(channel).DeltaAggregatedResources(cancellationToken: over.Token);
        DeltaProtocol protocol = client.Begin(connection, target);
        Task asking = AskAsync(call.RequestStream, protocol, over.Token);
        try
        {
            while (await call.ResponseStream.MoveNext(over.Token).ConfigureAwait(false))
            {
                client.Take(connection, protocol, address, call.ResponseStream.Current);
                if (AnsweredAt is null)
                {
                    AnsweredAt = time.GetTimestamp();
                    silence.CancelAfter(Timeout.InfiniteTimeSpan);
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
        catch (Exception) when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"It took the stream and has not answered within {FirstAnswerWithin.TotalSeconds:0} s.");
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await asking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose() => _writing.Dispose();

    // Whatever ends this ends the reading, too, which tells why.
    private async Task AskAsync(IClientStreamWriter<DeltaDiscoveryRequest> requests, DeltaProtocol protocol, CancellationToken cancellationToken)
    {
        while (true)
        {
            await SendAsync(requests, protocol, cancellationToken).ConfigureAwait(false);
            await questions.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task SendAsync(IClientStreamWriter<DeltaDiscoveryRequest> requests, DeltaProtocol protocol, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (DeltaDiscoveryRequest request in client.Flush(protocol))
            {
                await requests.WriteAsync(request, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    // Pings find a connection that is half open; without a propagator there is no tracing on it.
    private static SocketsHttpHandler Handler() => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        KeepAlivePingDelay = TimeSpan.FromSeconds(30),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
    };
}
