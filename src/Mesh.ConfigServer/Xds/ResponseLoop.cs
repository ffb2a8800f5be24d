using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Xds;

/// <summary>
/// Tells a client what there is, one response after the other, each made when the one before has been written. What fails ends the session,
/// with its reason; nothing is thrown.
/// </summary>
internal sealed class ResponseLoop<TRequest, TResponse>(
    StreamKind<TRequest, TResponse> kind,
    DiscoveryStream<TRequest, TResponse> stream,
    ClientSession session,
    IServerStreamWriter<TResponse> responses,
    Interests<ClientSession> interests,
    InitialSyncs syncs,
    TimeSpan leaveTime,
    Action cut,
    XdsMetrics metrics,
    ILogger logger)
    where TRequest : class
    where TResponse : class, IMessage
{
    public async Task RunAsync()
    {
        IDisposable? place = null;
        try
        {
            place = await syncs.EnterAsync(session.Ending).ConfigureAwait(false);
            while (true)
            {
                await FlushAsync().ConfigureAwait(false);
                place.Dispose();
                await session.WaitAsync().ConfigureAwait(false);
            }
        }
        catch (Exception) when (session.Ending.IsCancellationRequested)
        {
            // The reason for the end is what the client is told.
        }
        catch (Exception failure)
        {
            logger.StreamFailed(session.Node.Id, session.Address, failure);
            session.End(new Status(StatusCode.Internal, "The server failed to tell what there is."));
        }
        finally
        {
            place?.Dispose();
        }
    }

    private async Task FlushAsync()
    {
        long? changedAt = session.TakeChange();
        while (Next() is { } response)
        {
            await WriteAsync(response).ConfigureAwait(false);

            // A new state may be seen before anyone is woken for it.
            changedAt ??= session.TakeChange();
            (ResourceType type, int resources) = kind.Count(response);
            metrics.Pushed(type, resources, changedAt is { } since ? session.Time.GetElapsedTime(since) : null);
        }

        if (changedAt is { } unsaid && stream.IsWaiting)
        {
            session.PutBack(unsaid);
        }
    }

    private TResponse? Next()
    {
        lock (session.Gate)
        {
            (MeshSnapshot snapshot, IReadOnlyCollection<SubscribedResource> unseen) = interests.Look(session);
            return stream.Next(snapshot, unseen);
        }
    }

    private async Task WriteAsync(TResponse response)
    {
        try
        {
            await WrittenAsync(responses.WriteAsync(response, CancellationToken.None)).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or InvalidOperationException or OperationCanceledException)
        {
            // The connection broke or was cut, and nobody else has noticed yet.
            session.End(Status.DefaultCancelled);
            session.Ending.ThrowIfCancellationRequested();
        }
    }

    private async Task WrittenAsync(Task writing)
    {
        // A client that reads is to read why its stream ends, which comes behind what is being written.
        await writing.WaitAsync(session.Ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await writing.WaitAsync(leaveTime, session.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!writing.IsCompleted)
        {
            // What is left of it would hold the connection, and the server's end, for as long as the client does not read.
            cut();
        }

        await writing.ConfigureAwait(false);
    }
}
