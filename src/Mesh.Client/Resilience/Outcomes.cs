using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mesh.Model;

namespace Mesh.Client.Resilience;

/// <summary>Classifies answers and exceptions.</summary>
internal static class Outcomes
{
    private const int Http2RefusedStream = 0x7;

    private static readonly string[] s_statusTexts =
        [.. Enumerable.Range(0, 600).Select(status => status.ToString(CultureInfo.InvariantCulture))];

    // Names as in gRPC's list of status codes, by number.
    private static readonly string[] s_grpcTexts =
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED",
        "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE",
        "DATA_LOSS", "UNAUTHENTICATED",
    ];

    /// <summary>The caller gave up.</summary>
    public static Outcome Cancelled { get; } = new() { Kind = OutcomeKind.Cancelled, Reason = "cancelled" };

    /// <summary>The route's time is over.</summary>
    public static Outcome Timeout { get; } = new() { Kind = OutcomeKind.Timeout, Reason = "timeout", CountsAsError = true };

    /// <summary>The attempt's time is over; the call's is not.</summary>
    public static Outcome AttemptTimeout { get; } = Timeout with
    {
        Reason = "per-try-timeout",
        Conditions = RetryConditions.GatewayError | RetryConditions.Reset | RetryConditions.ServerError,
        IsPenalized = true,
    };

    /// <summary>The answer's body broke off.</summary>
    public static Outcome BodyBroken { get; } = new() { Kind = OutcomeKind.Failure, Reason = "body-broken", IsPenalized = true, CountsAsError = true };

    public static Outcome NoEndpoints { get; } = new() { Kind = OutcomeKind.Failure, Reason = "no-endpoints", Failure = MeshFailureReason.NoEndpoints };

    public static Outcome Overflow { get; } = new() { Kind = OutcomeKind.Failure, Reason = "overflow", Failure = MeshFailureReason.Overflow };

    private static Outcome ConnectFailure { get; } = Broken("connect-failure", RetryConditions.ConnectFailure, MeshFailureReason.ConnectFailure) with { NotProcessed = true };

    private static Outcome Refused { get; } = Broken("refused-stream", RetryConditions.RefusedStream, MeshFailureReason.Refused) with { NotProcessed = true };

    private static Outcome Reset { get; } = Broken("reset", RetryConditions.Reset | RetryConditions.ServerError, MeshFailureReason.Reset);

    // The caller's own body failed, or the request asks for what the transport cannot do. That says nothing of the endpoint.
    private static Outcome Unsendable { get; } = new() { Kind = OutcomeKind.Failure, Reason = "unsendable" };

    public static Outcome OfStatus(HttpStatusCode code)
    {
        int status = (int)code;
        return status switch
        {
            429 => OfFailedStatus(status, RetryConditions.None, countsAsError: false),
            502 or 503 or 504 => OfFailedStatus(status, RetryConditions.GatewayError | RetryConditions.ServerError, countsAsError: true),
            >= 500 => OfFailedStatus(status, RetryConditions.ServerError, countsAsError: true),
            _ => Outcome.Success(status),
        };
    }

    /// <summary>Client faults (INVALID_ARGUMENT and the like) are answers, not failures of the endpoint.</summary>
    public static Outcome OfGrpcStatus(int code) => code switch
    {
        1 => OfFailedGrpc(code, RetryConditions.Cancelled, isPenalized: false, countsAsError: false),
        2 => OfFailedGrpc(code, RetryConditions.None),
        4 => OfFailedGrpc(code, RetryConditions.DeadlineExceeded),
        8 => OfFailedGrpc(code, RetryConditions.ResourceExhausted, countsAsError: false) with { NotProcessed = true },
        13 => OfFailedGrpc(code, RetryConditions.Internal),
        14 => OfFailedGrpc(code, RetryConditions.Unavailable) with { NotProcessed = true },
        15 => OfFailedGrpc(code, RetryConditions.None),
        _ => Outcome.Success(200),
    };

    public static Outcome OfException(Exception exception) => exception switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError } => ConnectFailure,

        // The handler's own connect timeout comes as a cancellation that nobody asked for.
        OperationCanceledException { InnerException: TimeoutException } => ConnectFailure,
        { InnerException: HttpProtocolException { ErrorCode: Http2RefusedStream } } => Refused,
        IOException or HttpRequestException { InnerException: null or IOException or SocketException } => Reset,
        _ => Unsendable,
    };

    public static string GrpcText(int code) => code >= 0 && code < s_grpcTexts.Length ? s_grpcTexts[code] : "UNKNOWN";

    private static Outcome Broken(string reason, RetryConditions conditions, MeshFailureReason failure) => new()
    {
        Kind = OutcomeKind.Failure,
        Reason = reason,
        Conditions = conditions,
        IsPenalized = true,
        CountsAsError = true,
        Failure = failure,
    };

    private static Outcome OfFailedStatus(int status, RetryConditions conditions, bool countsAsError) => new()
    {
        Kind = OutcomeKind.Failure,
        Reason = status < s_statusTexts.Length ? s_statusTexts[status] : "5xx",
        Status = status,
        Conditions = conditions,
        IsPenalized = true,
        CountsAsError = countsAsError,
    };

    private static Outcome OfFailedGrpc(int code, RetryConditions condition, bool isPenalized = true, bool countsAsError = true) => new()
    {
        Kind = OutcomeKind.Failure,
        Reason = GrpcText(code),
        Status = 200,
        Conditions = condition,
        IsPenalized = isPenalized,
        CountsAsError = countsAsError,
    };
}
