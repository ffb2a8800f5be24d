namespace Mesh.Client.Resilience;

/// <summary>What one attempt came to: an answer or an exception, and what follows from it.</summary>
internal readonly record struct AttemptResult
{
    public HttpResponseMessage? Response { get; init; }

    public Exception? Exception { get; init; }

    public required Outcome Outcome { get; init; }

    /// <summary>How long to wait before the next attempt; null: there is none.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>
    /// The endpoint was removed, or its connections replaced, before the request was sent, or it refused the connection: one is to be picked
    /// again, free of charge.
    /// </summary>
    public bool WasNotSent => Outcome == Outcomes.NotSent;

    /// <summary>This is the call's result.</summary>
    public bool IsLast => RetryAfter is null && !WasNotSent;
}
