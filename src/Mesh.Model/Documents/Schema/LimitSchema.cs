namespace Mesh.Model.Documents;

/// <summary>The settings of <c>CircuitBreaker</c> and <c>OutlierDetection</c>.</summary>
internal static class LimitSchema
{
    public static Section<CircuitBreakerSettings> CircuitBreaker { get; } = new(new CircuitBreakerSettings())
    {
        {
            "MaxRequests", "Calls in flight to the service.",
            Numbers.Whole(1, int.MaxValue), c => c.MaxRequests, (c, v) => c with { MaxRequests = v }
        },
        {
            "MaxPendingRequests", "Calls that wait for one of those to end.",
            Numbers.Whole(0, int.MaxValue), c => c.MaxPendingRequests, (c, v) => c with { MaxPendingRequests = v }
        },
        {
            "MaxConnections", "Connections over HTTP/1.1 to one endpoint; a call waits for one. HTTP/2 is not limited.",
            Numbers.Whole(1, int.MaxValue), c => c.MaxConnections, (c, v) => c with { MaxConnections = v }
        },
        {
            "MaxRetries", "Retries in flight to the service, whatever its RetryBudget allows.",
            Numbers.Whole(0, int.MaxValue), c => c.MaxRetries, (c, v) => c with { MaxRetries = v }
        },
    };

    public static Section<OutlierDetectionSettings> OutlierDetection { get; } = new(
        new OutlierDetectionSettings(),
        checks:
        [
            Durations.InOrder<OutlierDetectionSettings>(
                "BaseEjectionTime", o => o.BaseEjectionTime, "MaxEjectionTime", o => o.MaxEjectionTime),
        ])
    {
        {
            "ConsecutiveErrors", "Failures in a row that eject an endpoint. 0 turns ejection off.",
            Numbers.Whole(0, 1000), o => o.ConsecutiveErrors, (o, v) => o with { ConsecutiveErrors = v }
        },
        {
            "BaseEjectionTime", "The first ejection; each further one in a row doubles it.",
            Durations.Any, o => o.BaseEjectionTime, (o, v) => o with { BaseEjectionTime = v }
        },
        { "MaxEjectionTime", "The longest ejection.", Durations.Any, o => o.MaxEjectionTime, (o, v) => o with { MaxEjectionTime = v } },
        {
            "EjectionJitter", "Up to this share of the time is added to it at random.",
            Numbers.Fraction, o => o.EjectionJitter, (o, v) => o with { EjectionJitter = v }
        },
        {
            "MaxEjectionPercent", "Share of the endpoints that may be out at a time, in per cent; one always may, if others are left.",
            Numbers.Percent, o => o.MaxEjectionPercent, (o, v) => o with { MaxEjectionPercent = v }
        },
        {
            "MinReadyEndpoints", "So many endpoints stay in whatever they do.",
            Numbers.Count, o => o.MinReadyEndpoints, (o, v) => o with { MinReadyEndpoints = v }
        },
    };
}
