using System.Collections.Immutable;

namespace Mesh.Model;

/// <summary>When a call that failed is sent again.</summary>
internal sealed record RetrySettings
{
    /// <summary>Sends after the first; 0 turns retries off.</summary>
    public int Attempts { get; init; } = 1;

    public RetryConditions On { get; init; } =
        RetryConditions.ConnectFailure | RetryConditions.RefusedStream | RetryConditions.Reset | RetryConditions.Unavailable | RetryConditions.GatewayError;

    /// <summary>HTTP statuses that ask for another attempt besides those of <see cref="On"/>.</summary>
    public ImmutableArray<int> StatusCodes { get; init; } = [];

    /// <summary>How long one attempt may take until its response headers. Null: as long as the call.</summary>
    public TimeSpan? PerTryTimeout { get; init; }

    /// <summary>True: what may have been processed is sent again, whatever the method.</summary>
    public bool NonIdempotent { get; init; }

    public BackoffSettings Backoff { get; init; } = new();

    /// <summary>A request body up to this size is kept so that it can be sent again.</summary>
    public int MaxBodyBytes { get; init; } = 65536;
}

/// <summary>Waits between attempts: uniform between zero and a bound that doubles.</summary>
internal sealed record BackoffSettings
{
    public TimeSpan BaseInterval { get; init; } = TimeSpan.FromMilliseconds(25);

    public TimeSpan MaxInterval { get; init; } = TimeSpan.FromMilliseconds(250);
}

/// <summary>The outcomes that ask for another attempt, named as in Envoy's <c>retry_on</c>.</summary>
[Flags]
internal enum RetryConditions
{
    None = 0,

    /// <summary>No connection came about: nothing was sent.</summary>
    ConnectFailure = 1 << 0,

    /// <summary>The server said that it did not process the request (HTTP/2 REFUSED_STREAM).</summary>
    RefusedStream = 1 << 1,

    /// <summary>The connection broke or the attempt timed out before response headers came.</summary>
    Reset = 1 << 2,

    /// <summary>HTTP 502, 503, 504, and an attempt that ran into <see cref="RetrySettings.PerTryTimeout"/>.</summary>
    GatewayError = 1 << 3,

    /// <summary>HTTP 500 to 599, and what <see cref="Reset"/> and <see cref="GatewayError"/> say.</summary>
    ServerError = 1 << 4,

    /// <summary>gRPC CANCELLED (1).</summary>
    Cancelled = 1 << 5,

    /// <summary>gRPC DEADLINE_EXCEEDED (4).</summary>
    DeadlineExceeded = 1 << 6,

    /// <summary>gRPC RESOURCE_EXHAUSTED (8).</summary>
    ResourceExhausted = 1 << 7,

    /// <summary>gRPC INTERNAL (13).</summary>
    Internal = 1 << 8,

    /// <summary>gRPC UNAVAILABLE (14).</summary>
    Unavailable = 1 << 9,
}

/// <summary>How many retries a service's callers may add to its load.</summary>
internal sealed record RetryBudgetSettings
{
    /// <summary>Retries in per cent of calls, both of those in flight and of those of the last <see cref="Ttl"/>.</summary>
    public decimal Percent { get; init; } = 20;

    /// <summary>So many retries may be in flight however few calls there are.</summary>
    public int MinRetryConcurrency { get; init; } = 3;

    /// <summary>So many retries a second are allowed however few calls there are.</summary>
    public int MinRetriesPerSecond { get; init; } = 10;

    /// <summary>How long a call counts, 1 s to 60 s.</summary>
    public TimeSpan Ttl { get; init; } = TimeSpan.FromSeconds(10);
}
