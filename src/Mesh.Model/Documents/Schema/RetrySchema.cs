using System.Collections.Immutable;

namespace Mesh.Model.Documents;

/// <summary>The settings of <c>Retry</c> and <c>RetryBudget</c>.</summary>
internal static class RetrySchema
{
    /// <summary>In the words of Envoy.</summary>
    public static IReadOnlyList<Choice<RetryConditions>> Conditions { get; } =
    [
        new("5xx", RetryConditions.ServerError), new("gateway-error", RetryConditions.GatewayError), new("reset", RetryConditions.Reset),
        new("connect-failure", RetryConditions.ConnectFailure), new("refused-stream", RetryConditions.RefusedStream),
        new("cancelled", RetryConditions.Cancelled), new("deadline-exceeded", RetryConditions.DeadlineExceeded),
        new("internal", RetryConditions.Internal), new("resource-exhausted", RetryConditions.ResourceExhausted),
        new("unavailable", RetryConditions.Unavailable),
    ];

    public static Section<RetrySettings> Section { get; } = new(new RetrySettings())
    {
        {
            "Attempts", "Sends after the first; 0 turns retries off.",
            Numbers.Whole(0, 10), r => r.Attempts, (r, v) => r with { Attempts = v }
        },
        {
            "On", "The outcomes that ask for another attempt.",
            new ListOf<RetryConditions>(Choices.Of([.. Conditions])), r => Split(r.On), (r, v) => r with { On = Join(v) }
        },
        {
            "StatusCodes", "HTTP statuses that ask for another attempt besides those of On.",
            new ListOf<int>(Numbers.Whole(400, 599)), r => r.StatusCodes, (r, v) => r with { StatusCodes = v }
        },
        {
            "PerTryTimeout", "How long one attempt may take until its response headers. Not given: as long as the call.",
            Durations.Any, r => r.PerTryTimeout, (r, v) => r with { PerTryTimeout = v }
        },
        {
            "NonIdempotent", "Whether what may have been processed is sent again, whatever the method.",
            Choices.Flag, r => r.NonIdempotent, (r, v) => r with { NonIdempotent = v }
        },
        {
            "Backoff", "Waits between attempts: at random up to a bound that doubles.",
            new Section<BackoffSettings>(
                new BackoffSettings(),
                checks: [Durations.InOrder<BackoffSettings>("BaseInterval", b => b.BaseInterval, "MaxInterval", b => b.MaxInterval)])
            {
                { "BaseInterval", "The first bound.", Durations.Any, b => b.BaseInterval, (b, v) => b with { BaseInterval = v } },
                { "MaxInterval", "The last bound.", Durations.Any, b => b.MaxInterval, (b, v) => b with { MaxInterval = v } },
            },
            r => r.Backoff, (r, v) => r with { Backoff = v }
        },
        {
            "MaxBodyBytes", "A request body up to this size is kept so that it can be sent again, or to a Mirror.",
            Numbers.Whole(0, 16 * 1024 * 1024), r => r.MaxBodyBytes, (r, v) => r with { MaxBodyBytes = v }
        },
    };

    public static Section<RetryBudgetSettings> Budget { get; } = new(new RetryBudgetSettings())
    {
        { "Percent", "Retries in per cent of calls.", Numbers.Percent, b => b.Percent, (b, v) => b with { Percent = v } },
        {
            "MinRetryConcurrency", "So many retries may be in flight however few calls there are.",
            Numbers.Count, b => b.MinRetryConcurrency, (b, v) => b with { MinRetryConcurrency = v }
        },
        {
            "MinRetriesPerSecond", "So many retries a second are allowed however few calls there are.",
            Numbers.Count, b => b.MinRetriesPerSecond, (b, v) => b with { MinRetriesPerSecond = v }
        },
        {
            "Ttl", "How long a call counts.",
            Durations.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60)), b => b.Ttl, (b, v) => b with { Ttl = v }
        },
    };

    private static RetryConditions Join(ImmutableArray<RetryConditions> conditions) =>
        conditions.Aggregate(RetryConditions.None, (all, one) => all | one);

    private static ImmutableArray<RetryConditions> Split(RetryConditions conditions) =>
        [.. Conditions.Select(choice => choice.Value).Where(value => conditions.HasFlag(value))];
}
