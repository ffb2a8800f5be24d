using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mesh.Model;

namespace Mesh.Client.Resilience;

/// <summary>Classifies answers and exceptions.</summary>
internal static class Outcomes
{
    private const int Http2RefusedStream = 0x7;
    private const int GrpcUnknown = 2;

    // Names as in gRPC's list of status codes, by number.
    private static readonly string[] s_grpcTexts =
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED",
        "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE",
        "DATA_LOSS", "UNAUTHENTICATED",
    ];

    private static readonly Outcome[] s_ofStatus = [.. Enumerable.Range(0, 600).Select(Classify)];
    private static readonly Outcome[] s_ofGrpcStatus = [.. Enumerable.Range(0, s_grpcTexts.Length).Select(ClassifyGrpc)];

    /// <summary>An answer, of which nothing is said.</summary>
    public static Outcome Success { get; } = new();

    /// <summary>The caller gave up.</summary>
    public static Outcome Cancelled { get; } = new() { Kind = OutcomeKind.Cancelled, Reason = "cancelled" };

    /// <summary>The route's time is over, and the endpoint has had most of it.</summary>
    public static Outcome Timeout { get; } = new() { Kind = OutcomeKind.Timeout, Reason = "timeout", CountsAsError = true };

    /// <summary>The route's time is over, spent on other attempts, on waiting, or by the reader.</summary>
    public static Outcome TimeoutElsewhere { get; } = Timeout with { CountsAsError = false };

    /// <summary>The attempt's time is over; the call's is not.</summary>
    public static Outcome AttemptTimeout { get; } = Timeout with
    {
        Reason = "per-try-timeout",
        Conditions = RetryConditions.GatewayError | RetryConditions.Reset | RetryConditions.ServerError,
        IsPenalized = true,
    };

    /// <summary>The answer's body paused for too long.</summary>
    public static Outcome IdleTimeout { get; } = Timeout with { Reason = "idle-timeout", IsPenalized = true };

    /// <summary>Both sides of a connection that was handed over were silent for too long.</summary>
    public static Outcome IdleConversation { get; } = IdleTimeout with { IsPenalized = false, CountsAsError = false };

    /// <summary>The answer's body broke off.</summary>
    public static Outcome BodyBroken { get; } = new() { Kind = OutcomeKind.Failure, Reason = "body-broken", IsPenalized = true, CountsAsError = true };

    /// <summary>No outcome yet: the endpoint or its connections went away before anything was sent.</summary>
    public static Outcome NotSent { get; } = new() { Kind = OutcomeKind.Failure, Reason = "not-sent" };

    public static Outcome NoEndpoints { get; } = new() { Kind = OutcomeKind.Failure, Reason = "no-endpoints", Failure = MeshFailureReason.NoEndpoints };

    public static Outcome Overflow { get; } = new() { Kind = OutcomeKind.Failure, Reason = "overflow", Failure = MeshFailureReason.Overflow };

    /// <summary>The caller's own body failed, or the request asks for what the transport cannot do. That says nothing of the endpoint.</summary>
    public static Outcome Unsendable { get; } = new() { Kind = OutcomeKind.Failure, Reason = "unsendable" };

    private static Outcome ConnectFailure { get; } = Broken("connect-failure", RetryConditions.ConnectFailure, MeshFailureReason.ConnectFailure) with { NotProcessed = true };

    private static Outcome Refused { get; } = Broken("refused-stream", RetryConditions.RefusedStream, MeshFailureReason.Refused) with { NotProcessed = true };

    /// <summary>The connection broke before an answer came.</summary>
    public static Outcome Reset { get; } = Broken("reset", RetryConditions.Reset | RetryConditions.ServerError, MeshFailureReason.Reset);

    public static Outcome OfStatus(HttpStatusCode code) =>
        (int)code < s_ofStatus.Length ? s_ofStatus[(int)code] : Classify((int)code);

    /// <summary>A number that gRPC does not know counts as UNKNOWN.</summary>
    public static Outcome OfGrpcStatus(int code) =>
        s_ofGrpcStatus[code >= 0 && code < s_ofGrpcStatus.Length ? code : GrpcUnknown];

    /// <summary>A status as gRPC's list of status codes names it.</summary>
    public static string NameOfGrpcStatus(int code) => s_grpcTexts[code >= 0 && code < s_grpcTexts.Length ? code : GrpcUnknown];

    public static Outcome OfException(Exception exception) => exception switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError } => ConnectFailure,

        // The handler's own connect timeout comes as a cancellation that nobody asked for.
        OperationCanceledException { InnerException: TimeoutException } => ConnectFailure,
        { InnerException: HttpProtocolException { ErrorCode: Http2RefusedStream } } => Refused,
        IOException or HttpRequestException { InnerException: null or IOException or SocketException } => Reset,
        _ => Unsendable,
    };

    private static Outcome Classify(int status) => status switch
    {
        429 => OfFailedStatus(status, RetryConditions.None, countsAsError: false),
        502 or 503 or 504 => OfFailedStatus(status, RetryConditions.GatewayError | RetryConditions.ServerError, countsAsError: true),
        >= 500 => OfFailedStatus(status, RetryConditions.ServerError, countsAsError: true),
        _ => new Outcome { Status = status },
    };

    // Client faults (INVALID_ARGUMENT and the like) are answers, not failures of the endpoint.
    private static Outcome ClassifyGrpc(int code) => code switch
    {
        1 => OfFailedGrpc(code, RetryConditions.Cancelled, isPenalized: false, countsAsError: false),
        GrpcUnknown or 15 => OfFailedGrpc(code, RetryConditions.None),
        4 => OfFailedGrpc(code, RetryConditions.DeadlineExceeded),
        8 => OfFailedGrpc(code, RetryConditions.ResourceExhausted, countsAsError: false),
        13 => OfFailedGrpc(code, RetryConditions.Internal),
        14 => OfFailedGrpc(code, RetryConditions.Unavailable) with { NotProcessed = true },
        _ => new Outcome { Status = 200 },
    };

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
        Reason = status.ToString(CultureInfo.InvariantCulture),
        Status = status,
        Conditions = conditions,
        IsPenalized = true,
        CountsAsError = countsAsError,
    };

    private static Outcome OfFailedGrpc(int code, RetryConditions condition, bool isPenalized = true, bool countsAsError = true) => new()
    {
        Kind = OutcomeKind.Failure,
        Reason = s_grpcTexts[code],
        Status = 200,
        Conditions = condition,
        IsPenalized = isPenalized,
        CountsAsError = countsAsError,
    };
}
