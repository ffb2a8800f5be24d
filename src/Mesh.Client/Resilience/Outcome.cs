using Mesh.Model;

namespace Mesh.Client.Resilience;

/// <summary>
/// How one attempt, or a whole call, ended. Classified once; balancer, outlier detection, retries and telemetry all read this. There is
/// one object for each outcome, so that passing one on costs nothing.
/// </summary>
internal sealed record Outcome
{
    public OutcomeKind Kind { get; init; }

    /// <summary>Why, for metrics and logs: <c>503</c>, <c>UNAVAILABLE</c>, <c>connect-failure</c>. Null on success.</summary>
    public string? Reason { get; init; }

    /// <summary>The conditions of a retry policy that name this outcome.</summary>
    public RetryConditions Conditions { get; init; }

    /// <summary>The HTTP status; 0 where no answer came.</summary>
    public int Status { get; init; }

    /// <summary>True: the server certainly did not process the request, so that any method may be sent again.</summary>
    public bool NotProcessed { get; init; }

    /// <summary>True: the balancer should think worse of the endpoint.</summary>
    public bool IsPenalized { get; init; }

    /// <summary>True: counts towards the endpoint's ejection.</summary>
    public bool CountsAsError { get; init; }

    /// <summary>What the caller is told where there is no answer to hand on. Null: of the time, or what it would be told without the mesh.</summary>
    public MeshFailureReason? Failure { get; init; }
}

/// <summary>The classes of an outcome, as metrics show them.</summary>
internal enum OutcomeKind
{
    Success,
    Failure,
    Timeout,
    Cancelled,
}
