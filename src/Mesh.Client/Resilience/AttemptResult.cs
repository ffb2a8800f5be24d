namespace Mesh.Client.Resilience;

/// <summary>What one attempt came to: an answer or an exception, and what follows from it.</summary>
internal readonly record struct AttemptResult
{
    public HttpResponseMessage? Response { get; init; }

    public Exception? Exception { get; init; }

    public required Outcome Outcome { get; init; }

    /// <summary>How long to wait before the next attempt; null: this is the call's result.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
