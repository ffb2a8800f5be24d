namespace Mesh.Client.HealthChecks;

/// <summary>What the settings do not say of health checks.</summary>
internal sealed record HealthCheckOptions
{
    /// <summary>Spreads them over time.</summary>
    public Random Random { get; init; } = Random.Shared;
}
