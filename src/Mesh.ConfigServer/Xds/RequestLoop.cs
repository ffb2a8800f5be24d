using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Xds;

/// <summary>
/// Reads a client's requests for as long as its session lasts. What ends them ends the session, with its reason; nothing is thrown.
/// </summary>
internal sealed class RequestLoop<TRequest, TResponse>(
    IAsyncStreamReader<TRequest> requests, DiscoveryStream<TRequest, TResponse> stream, ClientSession session, ILogger logger)
    where TResponse : class
{
    public async Task RunAsync()
    {
        try
        {
            while (await requests.MoveNext(session.Ending).ConfigureAwait(false))
            {
                lock (session.Gate)
                {
                    stream.Receive(requests.Current);
                }

                session.Wake();
            }

            session.End(Status.DefaultSuccess);
        }
        catch (InvalidProtocolBufferException failure)
        {
            session.End(new Status(StatusCode.InvalidArgument, $"A request cannot be read: {failure.Message}"));
        }
        catch (RpcException refusal)
        {
            session.End(refusal.Status);
        }
        catch (Exception) when (session.Ending.IsCancellationRequested)
        {
            // It has ended, for another reason.
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            // The connection broke, or was cut.
            session.End(Status.DefaultCancelled);
        }
        catch (Exception failure)
        {
            logger.StreamFailed(session.Node.Id, session.Address, failure);
            session.End(new Status(StatusCode.Internal, "The server failed to read the stream."));
        }
    }
}
