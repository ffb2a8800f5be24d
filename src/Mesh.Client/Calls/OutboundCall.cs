using System.Diagnostics;
using System.Runtime.CompilerServices;
using Mesh.Client.Resilience;
using Mesh.Client.Runtime;

namespace Mesh.Client.Calls;

/// <summary>
/// The way of a call: route, limit, pick, send, classify; again where the rules ask for it. A call whose first outcome is its last,
/// which is nearly every call, never enters the retry pipeline. A redirect is followed at the end, when the call is complete.
/// </summary>
internal static class OutboundCall
{
    /// <param name="calls">Call objects.</param>
    /// <param name="service">The called service.</param>
    /// <param name="request">The request.</param>
    /// <param name="redirects">Follows redirects; null: they are handed over.</param>
    /// <param name="isAsync">False: everything happens on the calling thread.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public static Task<HttpResponseMessage> SendAsync(
        CallPool calls,
        MeshedService service,
        HttpRequestMessage request,
        RedirectFollower? redirects,
        bool isAsync,
        CancellationToken cancellationToken)
    {
        bool isGrpc = GrpcProtocol.IsCall(request);
        if (service.Rules.Match(request, isGrpc) is not { } route)
        {
            return Task.FromResult(MeshAnswers.NoRoute(service, request, isGrpc));
        }

        bool hasOptions = MeshRequestOptions.AreUsed;
        if (hasOptions)
        {
            MeshRequestOptions.Check(request);
        }

        Call call = calls.Rent();
        call.Take(service, route, route.Choose(), request, redirects, isGrpc, isAsync, cancellationToken);
        if (hasOptions)
        {
            call.ReadOptions();
        }

        return RunAsync(call);
    }

    /// <summary>A copy of another call's request: sent once. It takes no place of the destination's own calls.</summary>
    /// <param name="call">The copy's call.</param>
    /// <param name="origin">The activity that the request was copied in.</param>
    public static async Task<HttpResponseMessage> SendCopyAsync(Call call, Activity? origin)
    {
        AttemptResult result;
        try
        {
            call.StartCopy(origin);
            await call.WaitForDestinationAsync().ConfigureAwait(false);
            result = await AttemptAsync(call).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // Out of time before the attempt.
            result = call.Classify(exception);
        }

        return call.Complete(result);
    }

    private static async Task<HttpResponseMessage> RunAsync(Call call)
    {
        AttemptResult result;
        try
        {
            call.Start();
            if (call.Route.Filters is { } filters && await call.FilterAsync(filters).ConfigureAwait(false) is { } answer)
            {
                result = Call.Answered(answer);
            }
            else if (call.Destination.Drops?.Draw() is { } category)
            {
                result = Call.Answered(MeshAnswers.Dropped(call.Destination, call.Request, call.IsGrpc, category));
            }
            else if (!call.TryEnter() && !await call.EnterAsync().ConfigureAwait(false))
            {
                result = call.Refuse();
            }
            else if (!call.BeginAttempt())
            {
                result = Call.NoEndpoint;
            }
            else
            {
                // As in AttemptAsync. A frame of its own for the first attempt would cost every call.
                try
                {
                    result = call.EndAttempt(await call.SendAsync().ConfigureAwait(false));
                }
                catch (Exception exception)
                {
                    result = call.EndAttempt(exception);
                }
            }
        }
        catch (Exception exception)
        {
            // Cancelled, or out of time, before the first attempt.
            result = call.Classify(exception);
        }

        return result.IsLast && !RedirectFollower.IsRedirect(result.Response)
            ? call.Complete(result)
            : await GoOnAsync(call, result).ConfigureAwait(false);
    }

    private static async Task<HttpResponseMessage> GoOnAsync(Call call, AttemptResult result)
    {
        try
        {
            if (result.WasNotSent)
            {
                result = await AttemptAsync(call).ConfigureAwait(false);
            }

            if (result.RetryAfter is not null)
            {
                result = await call.Route.Retry.RetryAsync(result, call, static call => AttemptAsync(call), call.Caller).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            // Cancelled, or out of time, while waiting for the next attempt.
            result = call.Classify(exception);
        }

        return call.Redirects is { } redirects && RedirectFollower.IsRedirect(result.Response) && RedirectFollower.MayFollow(call)
            ? await redirects.CompleteAsync(call, result).ConfigureAwait(false)
            : call.Complete(result);
    }

    /// <summary>One attempt, at an endpoint that is still there when the request is sent.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<AttemptResult> AttemptAsync(Call call)
    {
        AttemptResult result;
        do
        {
            if (!call.BeginAttempt())
            {
                return call.WithoutEndpoint();
            }

            try
            {
                result = call.EndAttempt(await call.SendAsync().ConfigureAwait(false));
            }
            catch (Exception exception)
            {
                result = call.EndAttempt(exception);
            }
        }
        while (result.WasNotSent);
        return result;
    }
}
