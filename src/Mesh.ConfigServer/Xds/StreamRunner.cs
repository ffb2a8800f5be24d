using Google.Protobuf;
using Grpc.Core;
using Mesh.ConfigServer.Certificates;
using Mesh.Model.Identity;
using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Xds;

/// <summary>Runs a stream: one loop reads requests, the other writes what is to be said as soon as the client takes it.</summary>
internal sealed class StreamRunner(
    MeshBroadcast broadcast,
    XdsSessions sessions,
    InitialSyncs syncs,
    XdsOptions options,
    TimeProvider time,
    XdsMetrics metrics,
    ILogger<StreamRunner> logger)
{
    private readonly SessionEnvironment _environment = new(broadcast.Interests, options, time, metrics, logger);

    /// <exception cref="RpcException">
    /// The stream ends otherwise than well; before the first response that is all the client gets.
    /// </exception>
    public async Task RunAsync<TRequest, TResponse>(
        StreamKind<TRequest, TResponse> kind,
        IAsyncStreamReader<TRequest> requests,
        IServerStreamWriter<TResponse> responses,
        ServerCallContext context)
        where TRequest : class
        where TResponse : class, IMessage
    {
        string address = Address(context);
        try
        {
            SpiffeId? caller = CallerIdentity.Required(context);

            // A client that sees headers knows that it was taken, and is not to give up.
            await sessions.EnterAsync(() => context.WriteResponseHeadersAsync([]), context.CancellationToken).ConfigureAwait(false);
            try
            {
                await ServeAsync(kind, requests, responses, address, caller, context).ConfigureAwait(false);
            }
            finally
            {
                sessions.Leave();
            }
        }
        catch (RpcException refusal)
        {
            if (refusal.StatusCode is not StatusCode.Cancelled && !sessions.Draining.IsCancellationRequested)
            {
                metrics.StreamRefused(refusal.StatusCode);
                logger.StreamRefused(address, refusal.StatusCode, refusal.Status.Detail);
            }

            throw;
        }
    }

    private static string Address(ServerCallContext context)
    {
        Microsoft.AspNetCore.Http.ConnectionInfo connection = context.GetHttpContext().Connection;
        return connection.RemoteIpAddress is { } address
            ? new System.Net.IPEndPoint(address, connection.RemotePort).ToString()
            : context.Peer;
    }

    private async Task ServeAsync<TRequest, TResponse>(
        StreamKind<TRequest, TResponse> kind,
        IAsyncStreamReader<TRequest> requests,
        IServerStreamWriter<TResponse> responses,
        string address,
        SpiffeId? caller,
        ServerCallContext context)
        where TRequest : class
        where TResponse : class, IMessage
    {
        CancellationToken gone = context.CancellationToken;
        if (await FirstAsync(requests, gone).ConfigureAwait(false) is not { } first)
        {
            return;
        }

        ClientNode node = ClientNode.Parse(kind.Node(first));
        if (caller is not null)
        {
            node.RequireOf(caller);
        }

        MeshFreshness.Require(node, broadcast.Interests.Snapshot?.State);
        using ClientSession session = new(node, address, kind.Protocol, _environment);
        DiscoveryStream<TRequest, TResponse> stream = kind.Create(node, session);
        session.Stream = stream;
        stream.Receive(first);
        sessions.Add(session);
        Task reading = Task.CompletedTask;
        try
        {
            using IDisposable? followed = LiveCallers.Follow(context, session.End);
            using CancellationTokenRegistration left = gone.UnsafeRegister(
                static state => ((ClientSession)state!).End(Status.DefaultCancelled), session);
            using ITimer age = StartAge(session);
            using (ExecutionContext.SuppressFlow())
            {
                reading = Task.Run(
                    new RequestLoop<TRequest, TResponse>(requests, stream, session, logger).RunAsync, CancellationToken.None);
            }

            ResponseLoop<TRequest, TResponse> writing = new(
                kind, stream, session, responses, broadcast.Interests, syncs, options.LeaveTime, context.GetHttpContext().Abort, metrics, logger);
            await writing.RunAsync().ConfigureAwait(false);
        }
        finally
        {
            session.End(Status.DefaultSuccess);
            await reading.ConfigureAwait(false);
            sessions.Remove(session);
        }

        if (session.EndStatus.StatusCode is not StatusCode.OK)
        {
            throw new RpcException(session.EndStatus);
        }
    }

    private async Task<TRequest?> FirstAsync<TRequest>(IAsyncStreamReader<TRequest> requests, CancellationToken gone)
        where TRequest : class
    {
        using CancellationTokenSource patience = new(options.FirstRequestTimeout, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(gone, patience.Token, sessions.Draining);
        try
        {
            return await requests.MoveNext(either.Token).ConfigureAwait(false) ? requests.Current : null;
        }
        catch (InvalidProtocolBufferException failure)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"A request cannot be read: {failure.Message}"));
        }
        catch (Exception) when (sessions.Draining.IsCancellationRequested)
        {
            throw new RpcException(XdsSessions.Leaving);
        }
        catch (Exception) when (patience.IsCancellationRequested && !gone.IsCancellationRequested)
        {
            throw new RpcException(
                new Status(StatusCode.DeadlineExceeded, $"The stream had no request for {options.FirstRequestTimeout}."));
        }
    }

    private ITimer StartAge(ClientSession session)
    {
        const double Jitter = 0.2;
        TimeSpan age = options.MaxStreamAge * (1 - Jitter + (2 * Jitter * Random.Shared.NextDouble()));
        using (ExecutionContext.SuppressFlow())
        {
            return time.CreateTimer(
                static state => ((ClientSession)state!).End(Status.DefaultSuccess), session, age, Timeout.InfiniteTimeSpan);
        }
    }
}
