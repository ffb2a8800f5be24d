using System.Collections.Immutable;
using Google.Protobuf.WellKnownTypes;
using Mesh.Model.Documents;

namespace Mesh.Model.Xds;

/// <summary>When a call that failed is sent again. Without a policy it never is.</summary>
internal static class RetryCodec
{
    private const string StatusCodes = "retriable-status-codes";
    private const int MostAttempts = 10;

    private static readonly RetrySettings s_usual = new();
    private static readonly RetrySettings s_none = new() { Attempts = 0 };

    public static void Encode(RetrySettings retry, Wire.RouteAction action, Wire.RouteExtension extension)
    {
        extension.MaxBodyBytes = retry.MaxBodyBytes == s_usual.MaxBodyBytes ? null : (uint)retry.MaxBodyBytes;
        Wire.RetryPolicy policy = Policy(retry);
        if (!policy.Equals(Policy(s_none)) || retry.NonIdempotent)
        {
            action.RetryPolicy = policy;
            extension.RetryIdempotentOnly = !retry.NonIdempotent;
        }
    }

    public static RetrySettings Decode(Wire.RetryPolicy? policy, Wire.RouteExtension extension, XdsField at)
    {
        RetrySettings retry = policy is null ? s_none : Decode(policy, at) with { NonIdempotent = !extension.RetryIdempotentOnly };
        return retry with { MaxBodyBytes = (int)Math.Min(extension.MaxBodyBytes ?? (uint)s_usual.MaxBodyBytes, int.MaxValue) };
    }

    private static Wire.RetryPolicy Policy(RetrySettings retry)
    {
        IEnumerable<string> words = RetrySchema.Conditions
            .Where(condition => retry.On.HasFlag(condition.Value)).Select(condition => condition.Word);
        Wire.RetryPolicy policy = new()
        {
            RetryOn = string.Join(',', retry.StatusCodes.IsEmpty ? words : words.Append(StatusCodes)),
            NumRetries = (uint)retry.Attempts,
            PerTryTimeout = retry.PerTryTimeout?.ToDuration(),
            RetryBackOff = new()
            {
                BaseInterval = retry.Backoff.BaseInterval.ToDuration(),
                MaxInterval = retry.Backoff.MaxInterval.ToDuration(),
            },
        };
        policy.RetriableStatusCodes.Add(retry.StatusCodes.Select(status => (uint)status));
        return policy;
    }

    private static RetrySettings Decode(Wire.RetryPolicy policy, XdsField at)
    {
        at.Refuse("retriable_request_headers", policy.RetriableRequestHeaders.Count > 0);
        at.Ignore("retriable_headers", policy.RetriableHeaders.Count > 0);
        at.Ignore("rate_limited_retry_back_off", policy.RateLimitedRetryBackOff is not null);
        string[] words = policy.RetryOn.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string[] unknown = [.. words.Except(RetrySchema.Conditions.Select(condition => condition.Word)).Where(word => word != StatusCodes)];
        if (unknown.Length > 0)
        {
            at["retry_on"].Warn($"Not supported, and left out: {Wording.Quote(Wording.Names(unknown))}.");
        }

        return new()
        {
            Attempts = Attempts(policy.NumRetries ?? 1, at["num_retries"]),
            On = RetrySchema.Conditions.Where(condition => words.Contains(condition.Word))
                .Aggregate(RetryConditions.None, (all, condition) => all | condition.Value),
            StatusCodes = words.Contains(StatusCodes) ? Statuses(policy, at) : [],
            PerTryTimeout = WireValues.TimeOrNone(policy.PerTryTimeout, at["per_try_timeout"]),
            Backoff = Backoff(policy.RetryBackOff, at["retry_back_off"]),
        };
    }

    private static int Attempts(uint attempts, XdsField at)
    {
        if (attempts > MostAttempts)
        {
            at.Warn($"At most {MostAttempts} are made.");
        }

        return (int)Math.Min(attempts, MostAttempts);
    }

    private static ImmutableArray<int> Statuses(Wire.RetryPolicy policy, XdsField at)
    {
        if (policy.RetriableStatusCodes.Any(status => status is < 100 or > 599))
        {
            at["retriable_status_codes"].Fault("A status is from 100 to 599.");
            return [];
        }

        return [.. policy.RetriableStatusCodes.Select(status => (int)status)];
    }

    private static BackoffSettings Backoff(Wire.RetryPolicy.Types.RetryBackOff? backOff, XdsField at)
    {
        if (backOff is null)
        {
            return new();
        }

        if (WireValues.TimeOrNone(backOff.BaseInterval, at["base_interval"]) is not { } least)
        {
            at["base_interval"].Fault("This is needed.");
            return new();
        }

        TimeSpan most = WireValues.TimeOrNone(backOff.MaxInterval, at["max_interval"]) ?? least * 10;
        if (most < least)
        {
            at["max_interval"].Fault("This is shorter than base_interval.");
        }

        return new() { BaseInterval = least, MaxInterval = most };
    }
}
