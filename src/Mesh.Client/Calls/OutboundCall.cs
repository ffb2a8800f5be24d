using System.Runtime.CompilerServices;
using Mesh.Client.Resilience;
using Mesh.Client.Runtime;
using Mesh.Client.Transport;

namespace Mesh.Client.Calls;

/// <summary>
/// The way of a call: route, limit, pick, send, classify; again where the rules ask for it. A call whose first outcome is its last,
/// which is nearly every call, never enters the retry pipeline.
/// </summary>
internal static class OutboundCall
{
    public static async Task<HttpResponseMessage> SendAsync(
        CallPool calls,
        MeshedService service,
        HttpRequestMessage request,
        bool isAsync,
        CancellationToken cancellationToken)
    {
        bool isGrpc = GrpcProtocol.IsCall(request);
        if (service.Rules.Match(request, isGrpc) is not { } route)
        {
            return MeshAnswers.NoRoute(service, request, isGrpc);
        }

        Cluster cluster = route.Choose();
        if (!cluster.Service.IsDecided)
        {
            await cluster.Service.WhenDecided(isAsync, cancellationToken).ConfigureAwait(false);
        }

        SchemeChoice.Make(request, cluster);
        Call call = calls.Rent();
        AttemptResult result;
        try
        {
            call.Start(service, route, cluster, request, isGrpc, isAsync, cancellationToken);
            result = call.TryEnter() || await call.EnterAsync().ConfigureAwait(false)
                ? await AttemptAsync(call).ConfigureAwait(false)
                : call.Refuse();
            if (result.RetryAfter is not null)
            {
                result = await route.Retry.RetryAsync(result, call, static call => AttemptAsync(call), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            // Cancelled, or out of time, while waiting for a place or for the next attempt.
            result = call.Classify(exception);
        }

        return call.Complete(result);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<AttemptResult> AttemptAsync(Call call)
    {
        while (call.BeginAttempt())
        {
            try
            {
                return call.EndAttempt(call.IsAsync
                    ? await call.Transport.SendAsync(call.Request, call.Token).ConfigureAwait(false)
                    : call.Transport.Send(call.Request, call.Token));
            }
            catch (Exception exception) when (call.EndpointIsGone && EndpointTransport.WasNotSent(exception))
            {
                call.AbandonAttempt();
            }
            catch (Exception exception)
            {
                return call.EndAttempt(exception);
            }
        }

        return new AttemptResult { Outcome = Outcomes.NoEndpoints };
    }
}
