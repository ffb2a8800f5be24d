using System.Net;
using Google.Protobuf;
using Grpc.Core;
using Mesh.ConfigServer.Certificates;
using Mesh.ConfigServer.Xds;
using Mesh.Model.Xds.Wire;
using Status = Grpc.Core.Status;

namespace Mesh.ConfigServer.Registry;

/// <summary>The streams over which processes say that they are there.</summary>
internal sealed class RegistryService(RegistryEnvironment environment, RegistryLifetime lifetime)
    : Mesh.Model.Xds.Wire.Registry.RegistryBase
{
    public override async Task Register(
        IAsyncStreamReader<RegisterRequest> requestStream, IServerStreamWriter<RegisterResponse> responseStream, ServerCallContext context)
    {
        Microsoft.AspNetCore.Http.ConnectionInfo connection = context.GetHttpContext().Connection;
        string address = connection.RemoteIpAddress is { } ip ? new IPEndPoint(ip, connection.RemotePort).ToString() : context.Peer;
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.Ending);
        using RegistryStream stream = new(environment, responseStream, connection.RemoteIpAddress, CallerIdentity.Of(context.GetHttpContext())?.Id, () => _ = ending.CancelAsync());
        using IDisposable? followed = LiveCallers.Follow(context, stream.Revoke);
        try
        {
            lifetime.Enter();
            environment.Metrics.StreamOpened();
            try
            {
                await ServeAsync(requestStream, stream, address, context, ending.Token).ConfigureAwait(false);
            }
            finally
            {
                environment.Metrics.StreamClosed();
                lifetime.Leave();
            }
        }
        catch (RpcException refusal)
        {
            // Of one that was silent the registry has told.
            bool isRefusal = refusal.StatusCode is not StatusCode.Cancelled && refusal.Status.Detail != RegistryFailures.Silent(environment.Options.Ttl).Detail;
            if (isRefusal && !lifetime.Ending.IsCancellationRequested)
            {
                environment.Metrics.Refused(refusal.StatusCode);
                if (environment.Refusals.IsNew(connection.RemoteIpAddress, refusal.Status.Detail))
                {
                    environment.Logger.RegistrationRefused(stream.Claim, address, refusal.StatusCode, refusal.Status.Detail);
                }
            }

            throw;
        }
    }

    private async Task ServeAsync(
        IAsyncStreamReader<RegisterRequest> requests, RegistryStream stream, string address, ServerCallContext context, CancellationToken ending)
    {
        if (CallerIdentity.Required(context) is null && !environment.Options.IsOpen)
        {
            throw new RpcException(RegistryFailures.NoIdentity);
        }

        using CancellationTokenSource patience = new(environment.Options.FirstMessageTimeout, environment.Time);
        try
        {
            using CancellationTokenSource first = CancellationTokenSource.CreateLinkedTokenSource(ending, patience.Token);
            bool isOpen = await requests.MoveNext(first.Token).ConfigureAwait(false)
                && await stream.TakeAsync(requests.Current, ending).ConfigureAwait(false);
            while (isOpen && await requests.MoveNext(ending).ConfigureAwait(false))
            {
                isOpen = await stream.TakeAsync(requests.Current, ending).ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (failure is not RpcException)
        {
            throw EndOf(failure, stream, patience, address, context.CancellationToken);
        }
        finally
        {
            if (stream is { Lease: { } revoked, Revoked: not null })
            {
                _ = environment.Registry.Withdraw(revoked);
            }
            else if (stream.Lease is { } lease)
            {
                environment.Registry.StreamGone(lease);
            }
        }
    }

    private RpcException EndOf(
        Exception failure, RegistryStream stream, CancellationTokenSource patience, string address, CancellationToken gone)
    {
        Status status = stream.Revoked is { } revoked ? revoked
            : stream.Lease?.EndStatus is { StatusCode: not StatusCode.OK } end ? end
            : lifetime.Ending.IsCancellationRequested ? XdsSessions.Leaving
            : failure is InvalidProtocolBufferException ? new Status(StatusCode.InvalidArgument, $"A message cannot be read: {failure.Message}")
            : gone.IsCancellationRequested || failure is IOException ? Status.DefaultCancelled
            : stream.Lease is null && patience.IsCancellationRequested
                ? new Status(StatusCode.DeadlineExceeded, $"The stream had no message for {environment.Options.FirstMessageTimeout}.")
            : new Status(StatusCode.Internal, "The server failed to read the stream.");
        if (status.StatusCode is StatusCode.Internal)
        {
            environment.Logger.StreamFailed(address, failure);
        }

        return new RpcException(status);
    }
}
