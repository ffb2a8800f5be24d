using System.Globalization;
using System.Runtime.ExceptionServices;
using Mesh.Client.Resilience;
using Mesh.Model;

namespace Mesh.Client.Calls;

/// <summary>A call without an answer, and how its caller is told: as an exception, or as a gRPC status.</summary>
internal sealed class CallFailure
{
    public required AttemptResult Result { get; init; }

    public required HttpRequestMessage Request { get; init; }

    public required bool IsGrpc { get; init; }

    public required string Service { get; init; }

    public required string Destination { get; init; }

    public required string? Subset { get; init; }

    /// <summary>Why the destination has no endpoints, or none for the request; null: nobody says.</summary>
    public required string? Trouble { get; init; }

    public required string Route { get; init; }

    public required string? Endpoint { get; init; }

    public required int Attempts { get; init; }

    public required CancellationToken Caller { get; init; }

    /// <summary>The time that ran out, where one did.</summary>
    public required TimeSpan? Limit { get; init; }

    public required CircuitBreakerSettings Breaker { get; init; }

    /// <summary>A timeout as <see cref="HttpClient"/> throws its own.</summary>
    public static TaskCanceledException TimedOut(string message, Exception? inner) => new(message, new TimeoutException(message, inner));

    /// <summary>A cancellation that names the token of whoever cancelled, and not one of the mesh's own.</summary>
    public static Exception Cancelled(Exception exception, CancellationToken by) =>
        exception is OperationCanceledException cancelled && cancelled.CancellationToken != by ? new TaskCanceledException(exception.Message, exception, by) : exception;

    public HttpResponseMessage AnswerOrThrow() => Result.Outcome.Kind switch
    {
        OutcomeKind.Timeout when IsGrpc => MeshAnswers.OfGrpc(Request, GrpcProtocol.DeadlineExceeded, "http_response_timeout", TimeMessage()),
        OutcomeKind.Timeout => throw TimedOut(TimeMessage(), Result.Exception),
        OutcomeKind.Cancelled => throw Rethrow(Cancelled(Result.Exception!, Caller)),
        _ when Result.Outcome.Failure is null => throw Rethrow(Result.Exception!),
        _ when IsGrpc => MeshAnswers.OfGrpc(Request, GrpcProtocol.Unavailable, ProxyError(), Message()),
        _ => throw new MeshException(Result.Outcome.Failure!.Value, Message(), Result.Exception, RequestError())
        {
            Service = Service,
            Route = Route,
            Endpoint = Endpoint,
            Attempts = Attempts,
        },
    };

    private string TimeMessage() => string.Create(
        CultureInfo.InvariantCulture,
        $"'{Service}' did not answer within {(Result.Outcome == Outcomes.AttemptTimeout ? "Retry:PerTryTimeout" : "the Timeout")} of route '{Route}', {Limit:c} (attempts: {Attempts}, last endpoint: {Endpoint ?? "none"}).");

    private string Message() => Result.Outcome.Failure switch
    {
        MeshFailureReason.NoEndpoints when Trouble is not null => $"'{Destination}' has no endpoint that a call can use (route '{Route}', attempts: {Attempts}): {Trouble}",
        MeshFailureReason.NoEndpoints => Subset is null
            ? $"'{Destination}' has no endpoint that a call can use (route '{Route}', attempts: {Attempts}). Start a process of it that registers with the config server, give endpoints in its document or in Mesh:Services:{Destination}:Endpoints, or register a service discovery provider that knows the name; an endpoint given with http:// or https:// takes calls of that scheme alone."
            : $"Subset '{Subset}' of '{Destination}' has no endpoint that a call can use (route '{Route}', attempts: {Attempts}). A subset holds the endpoints whose version and labels it names; one that is not listed under Subsets means the endpoints of that version.",
        MeshFailureReason.Overflow => string.Create(
            CultureInfo.InvariantCulture,
            $"'{Destination}' has {Breaker.MaxRequests} calls in flight (CircuitBreaker:MaxRequests) and {Breaker.MaxPendingRequests} waiting (MaxPendingRequests): this one is refused."),
        MeshFailureReason.ConnectFailure => $"No connection to '{Destination}' at {Endpoint} (route '{Route}', attempts: {Attempts}): {Result.Exception?.Message}",
        MeshFailureReason.Refused => $"'{Destination}' at {Endpoint} refused the request unprocessed (route '{Route}', attempts: {Attempts}): {Result.Exception?.Message}",
        _ => $"The connection to '{Destination}' at {Endpoint} broke before an answer came (route '{Route}', attempts: {Attempts}): {Result.Exception?.Message}",
    };

    // Error types of RFC 9209, 2.3.
    private string ProxyError() => Result.Outcome.Failure switch
    {
        MeshFailureReason.NoEndpoints => "destination_unavailable",
        MeshFailureReason.Overflow => "connection_limit_reached",
        MeshFailureReason.ConnectFailure => "connection_refused",
        _ => "connection_terminated",
    };

    private HttpRequestError RequestError() => (Result.Exception as HttpRequestException)?.HttpRequestError ?? HttpRequestError.Unknown;

    private static Exception Rethrow(Exception exception)
    {
        ExceptionDispatchInfo.Throw(exception);
        return exception;
    }
}
