using System.Collections.Immutable;

namespace Mesh.Model;

/// <summary>How an endpoint is chosen.</summary>
internal sealed record LoadBalancingSettings
{
    /// <summary>The largest <see cref="ChoiceCount"/>.</summary>
    public const int MaxChoiceCount = 16;

    public BalancingPolicy Policy { get; init; } = BalancingPolicy.PeakEwma;

    /// <summary>So many endpoints are drawn by <see cref="BalancingPolicy.LeastRequest"/>, and the best of them is taken.</summary>
    public int ChoiceCount { get; init; } = 2;

    /// <summary>How fast a latency is forgotten: the time constant of the moving average.</summary>
    public TimeSpan DecayTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>With less than this share of the endpoints ready, in per cent, ejections are ignored. 0 turns that off.</summary>
    public decimal PanicThreshold { get; init; } = 50;
}

/// <summary>The load balancers.</summary>
internal enum BalancingPolicy
{
    PeakEwma,
    RoundRobin,
    Random,
    LeastRequest,
}

/// <summary>Limits on what is in flight. Named as Envoy does: what Polly calls a circuit breaker is outlier detection here.</summary>
internal sealed record CircuitBreakerSettings
{
    /// <summary>Calls in flight to the service.</summary>
    public int MaxRequests { get; init; } = 1024;

    /// <summary>Calls that wait for one of those to end.</summary>
    public int MaxPendingRequests { get; init; } = 1024;

    /// <summary>Connections to one endpoint, of those that carry HTTP/1.1.</summary>
    public int MaxConnections { get; init; } = 128;

    /// <summary>Retries in flight to the service, next to its <see cref="RetryBudgetSettings"/>.</summary>
    public int MaxRetries { get; init; } = 64;
}

/// <summary>When an endpoint that fails is left out, and for how long.</summary>
internal sealed record OutlierDetectionSettings
{
    /// <summary>Failures in a row that eject an endpoint. 0 turns ejection off.</summary>
    public int ConsecutiveErrors { get; init; } = 5;

    /// <summary>First ejection; each further one in a row doubles it.</summary>
    public TimeSpan BaseEjectionTime { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan MaxEjectionTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Up to this share of the time is added to it at random.</summary>
    public double EjectionJitter { get; init; } = 0.5;

    /// <summary>Share of the endpoints that may be out at a time, in per cent; one always may, if others are left.</summary>
    public decimal MaxEjectionPercent { get; init; } = 50;

    /// <summary>So many endpoints stay in whatever they do.</summary>
    public int MinReadyEndpoints { get; init; } = 1;
}

/// <summary>Questions asked of an endpoint to learn whether it is well.</summary>
internal sealed record HealthCheckSettings
{
    /// <summary>The path of a GET; null: there is none.</summary>
    public string? HttpPath { get; init; }

    public ImmutableArray<int> StatusCodes { get; init; } = [200];

    /// <summary>The service that gRPC's health service is asked for, empty for the server as a whole; null: it is not asked.</summary>
    public string? GrpcService { get; init; }

    /// <summary>Whether a connection is tried, and nothing else.</summary>
    public bool Tcp { get; init; }

    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);

    public int HealthyThreshold { get; init; } = 1;

    public int UnhealthyThreshold { get; init; } = 3;

    /// <summary>Whether the other one asks the same, as often.</summary>
    public bool IsSameAs(HealthCheckSettings other) =>
        this with { StatusCodes = other.StatusCodes } == other && StatusCodes.SequenceEqual(other.StatusCodes);
}

/// <summary>How connections to a service are secured.</summary>
internal sealed record TlsSettings
{
    /// <summary>Null: <see cref="ModeInForce"/> tells.</summary>
    public TlsMode? Mode { get; init; }

    public string? Sni { get; init; }

    public string? CaCertificates { get; init; }

    public string? ClientCertificate { get; init; }

    public string? PrivateKey { get; init; }

    public ImmutableArray<string> SubjectAltNames { get; init; } = [];

    /// <summary>Who has a certificate shows it, unless told otherwise.</summary>
    public TlsMode ModeInForce() => Mode ?? (ClientCertificate is null ? TlsMode.Simple : TlsMode.Mutual);
}

/// <summary>The forms of transport security.</summary>
internal enum TlsMode
{
    Disabled,

    /// <summary>The server shows a certificate.</summary>
    Simple,

    /// <summary>Both sides show one, from files.</summary>
    Mutual,

    /// <summary>Both sides show the mesh's own.</summary>
    Mesh,
}
