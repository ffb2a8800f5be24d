using System.Collections.Immutable;

namespace Mesh.Model.Xds;

/// <summary>
/// What gRPC's clients can honour of a service's routes. A condition that they cannot check leaves the route out, so that it does not take
/// more requests than it should; what a route does besides sending a request is left out where they cannot do it.
/// </summary>
/// <param name="caller">Null: nobody knows.</param>
/// <param name="gaps">What is left out.</param>
internal sealed class GrpcRoutes(ServiceIdentity? caller, ImmutableArray<CapabilityGap>.Builder gaps)
{
    // Five attempts are the most that they make.
    private const int MostRetries = 4;
    private const int Unknown = 2;
    private const int Unavailable = 14;

    private const RetryConditions Statuses = RetryConditions.Cancelled | RetryConditions.DeadlineExceeded
        | RetryConditions.ResourceExhausted | RetryConditions.Internal | RetryConditions.Unavailable;

    private static readonly RetrySettings s_usualRetry = new();
    private static readonly TimeSpan s_shortestWait = TimeSpan.FromMilliseconds(1);

    public IEnumerable<MeshRoute> Honour(IEnumerable<MeshRoute> routes)
    {
        GrpcMatches matches = new(caller, gaps);
        foreach (MeshRoute route in routes)
        {
            string path = $"routes:{route.Name}";
            MeshRoute honoured = route with
            {
                Match = [.. route.Match.SelectMany((match, i) => matches.Honour(match, $"{path}:match:{i}"))],
            };
            if (route.Match.IsEmpty || !honoured.Match.IsEmpty)
            {
                honoured = WithoutEdits(honoured, path);
                yield return route.Redirect is null && route.DirectResponse is null ? Sent(honoured, path) : Answered(honoured, path);
            }
        }
    }

    /// <summary>They cannot answer by themselves, and some refuse all routes for one that asks it. They can fail a call.</summary>
    private MeshRoute Answered(MeshRoute route, string path)
    {
        GapIf(
            route.Fault is { Abort: not null } or { AllowHeaders: true }, $"{path}:fault",
            "gRPC clients take one fault from a route, and here it is the answer: of these faults the delay alone counts.");
        return new()
        {
            Name = route.Name, Match = route.Match, Retry = new() { Attempts = 0 },
            Fault = new() { Delay = route.Fault?.Delay, Abort = Abort(route.DirectResponse, path) },
        };
    }

    /// <param name="response">Null: the route redirects.</param>
    /// <param name="path">The route's.</param>
    private FaultAbort Abort(DirectResponse? response, string path)
    {
        switch (response)
        {
            case null:
                Gap($"{path}:redirect", "gRPC clients follow no redirects: these calls fail with UNAVAILABLE.");
                return new() { GrpcStatus = Unavailable };
            case { GrpcStatus: 0 } or { StatusCode: < 300 }:
                Gap($"{path}:directResponse", "gRPC clients cannot succeed without a call: these calls fail with UNKNOWN.");
                return new() { GrpcStatus = Unknown };
            default:
                return new() { StatusCode = response.StatusCode, GrpcStatus = response.GrpcStatus };
        }
    }

    private MeshRoute Sent(MeshRoute route, string path)
    {
        GapIf(route.Rewrite is not null, $"{path}:rewrite", "gRPC clients do not rewrite: these calls are sent as they are.");
        GapIf(!route.Mirror.IsEmpty, $"{path}:mirror", "gRPC clients make no copies: these calls are not mirrored.");
        GapIf(route.IdleTimeout is not null, $"{path}:idleTimeout", "gRPC clients have no idle timeout: answers may pause.");
        return route with
        {
            Rewrite = null, Mirror = [], IdleTimeout = null, Fault = Fault(route.Fault, path), Retry = Retry(route.Retry, $"{path}:retry"),
        };
    }

    private MeshRoute WithoutEdits(MeshRoute route, string path)
    {
        const string Message = "gRPC clients do not edit headers: they stay as they are.";
        GapIf(!IsEmpty(route.RequestHeaders), $"{path}:requestHeaders", Message);
        GapIf(!IsEmpty(route.ResponseHeaders), $"{path}:responseHeaders", Message);
        return route with { RequestHeaders = new(), ResponseHeaders = new() };
    }

    private RouteFault? Fault(RouteFault? fault, string path)
    {
        if (fault is not { AllowHeaders: true } || FaultCodec.IsByHeadersAlone(fault))
        {
            return fault;
        }

        Gap($"{path}:fault:allowHeaders", "gRPC clients take faults from the route or from headers, not from both: headers do not count.");
        return fault with { AllowHeaders = false };
    }

    private RetrySettings Retry(RetrySettings retry, string path)
    {
        if (retry.Attempts == 0 || (retry.On & Statuses) == 0)
        {
            GapIf(retry.Attempts > 0, $"{path}:on", "gRPC clients retry by gRPC statuses only: these calls are not retried.");
            return new() { Attempts = 0 };
        }

        RetryConditions known = Statuses | s_usualRetry.On;
        GapIf((retry.On & ~known) != 0, $"{path}:on", "gRPC clients retry by gRPC statuses only: the other words do not count.");
        GapIf(retry.Attempts > MostRetries, $"{path}:attempts", $"gRPC clients retry at most {MostRetries} times.");
        GapIf(!retry.StatusCodes.IsEmpty, $"{path}:statusCodes", "gRPC clients retry by gRPC statuses only: these do not count.");
        GapIf(retry.PerTryTimeout is not null, $"{path}:perTryTimeout", "gRPC clients have no timeout for one attempt.");
        GapIf(
            !retry.NonIdempotent && (retry.On != s_usualRetry.On || retry.Attempts != s_usualRetry.Attempts), $"{path}:nonIdempotent",
            "gRPC clients retry whatever the method: they cannot tell which calls may be processed twice.");
        return retry with
        {
            On = retry.On & Statuses, Attempts = Math.Min(retry.Attempts, MostRetries), StatusCodes = [], PerTryTimeout = null,
            Backoff = Backoff(retry.Backoff, $"{path}:backoff"),
        };
    }

    /// <summary>Less than they count in is none to some, and those refuse all routes for it.</summary>
    private BackoffSettings Backoff(BackoffSettings backoff, string path)
    {
        GapIf(backoff.BaseInterval < s_shortestWait, path, "gRPC clients count in milliseconds: they wait up to 1ms at least.");
        return new() { BaseInterval = Longer(backoff.BaseInterval), MaxInterval = Longer(backoff.MaxInterval) };

        static TimeSpan Longer(TimeSpan wait) => wait < s_shortestWait ? s_shortestWait : wait;
    }

    private static bool IsEmpty(HeaderEdits edits) => edits is { Set.IsEmpty: true, Add.IsEmpty: true, Remove.IsEmpty: true };

    private void GapIf(bool isOne, string path, string message)
    {
        if (isOne)
        {
            Gap(path, message);
        }
    }

    private void Gap(string path, string message) => gaps.Add(new(path, message));
}
