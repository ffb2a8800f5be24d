using System.Collections.Immutable;

namespace Mesh.Model;

/// <summary>A service of the mesh: where it runs and by which rules it is called.</summary>
internal sealed record MeshService
{
    /// <summary><c>name</c> or <c>name.namespace</c>.</summary>
    public string Name { get; init; } = "";

    /// <summary>Other names it answers to, with ports and wildcards.</summary>
    public ImmutableArray<string> Hosts { get; init; } = [];

    /// <summary>True: wins over every other source.</summary>
    public bool Override { get; init; }

    /// <summary>Null: the settings do not say, another source may know.</summary>
    public ImmutableArray<MeshEndpoint>? Endpoints { get; init; }

    public ImmutableSortedDictionary<string, MeshSubset> Subsets { get; init; } = Maps.Of<MeshSubset>();

    /// <summary>In the order in which they are tried. Empty: every request goes to the service's own endpoints.</summary>
    public ImmutableArray<MeshRoute> Routes { get; init; } = [];

    public RetryBudgetSettings RetryBudget { get; init; } = new();

    public LoadBalancingSettings LoadBalancing { get; init; } = new();

    public CircuitBreakerSettings CircuitBreaker { get; init; } = new();

    public OutlierDetectionSettings OutlierDetection { get; init; } = new();

    public HealthCheckSettings? HealthCheck { get; init; }

    public TlsSettings? Tls { get; init; }
}
