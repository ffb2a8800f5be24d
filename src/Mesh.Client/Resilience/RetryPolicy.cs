using Mesh.Model;
using Polly;
using Polly.Retry;

namespace Mesh.Client.Resilience;

/// <summary>A route's retry rules, made ready for calls.</summary>
internal sealed class RetryPolicy(RetrySettings settings, TimeProvider time)
{
    private readonly bool _namesStatuses = !settings.StatusCodes.IsEmpty;
    private ResiliencePipeline<AttemptResult>? _pipeline;

    public RetrySettings Settings => settings;

    // Built when the first call needs it: one that succeeds at once never enters a pipeline.
    private ResiliencePipeline<AttemptResult> Pipeline => _pipeline ??= Build();

    /// <summary>Whether the rules name this outcome.</summary>
    public bool Covers(Outcome outcome) =>
        (outcome.Conditions & settings.On) != 0 || (_namesStatuses && outcome.Status != 0 && settings.StatusCodes.Contains(outcome.Status));

    /// <summary>
    /// Wait before retry number <paramref name="retry"/>, from 1: full jitter, uniform between zero and a bound that doubles from
    /// <c>BaseInterval</c> to <c>MaxInterval</c> (M. Brooker, "Exponential Backoff and Jitter"). In whole milliseconds, as timers count,
    /// rounded up: a wait of less would be none.
    /// </summary>
    public TimeSpan Backoff(int retry)
    {
        double bound = Math.Min(
            settings.Backoff.MaxInterval.TotalMilliseconds,
            settings.Backoff.BaseInterval.TotalMilliseconds * Math.Pow(2, retry - 1));
        return TimeSpan.FromMilliseconds(Math.Ceiling(Random.Shared.NextDouble() * bound));
    }

    /// <summary>Waits and attempts again, starting from the first attempt's result, until a result asks for no more.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled during a wait.</exception>
    public async ValueTask<AttemptResult> RetryAsync<TState>(
        AttemptResult first,
        TState state,
        Func<TState, ValueTask<AttemptResult>> attempt,
        CancellationToken cancellationToken)
    {
        AttemptResult? given = first;
        return await Pipeline.ExecuteAsync(
            async _ =>
            {
                AttemptResult result = given ?? await attempt(state).ConfigureAwait(false);
                given = null;
                return result;
            },
            cancellationToken).ConfigureAwait(false);
    }

    private ResiliencePipeline<AttemptResult> Build() =>
        new ResiliencePipelineBuilder<AttemptResult> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<AttemptResult>
            {
                MaxRetryAttempts = settings.Attempts,
                ShouldHandle = static arguments => new ValueTask<bool>(arguments.Outcome.Result.RetryAfter is not null),
                DelayGenerator = static arguments => new ValueTask<TimeSpan?>(arguments.Outcome.Result.RetryAfter),
            })
            .Build();
}
