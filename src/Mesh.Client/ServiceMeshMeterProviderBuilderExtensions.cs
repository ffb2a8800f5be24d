using Mesh.Client.Telemetry;

namespace OpenTelemetry.Metrics;

/// <summary>Brings the mesh's metrics to OpenTelemetry.</summary>
public static class ServiceMeshMeterProviderBuilderExtensions
{
    /// <summary>Collects the meters <c>Mesh.Client</c> (calls, attempts, retries, ejections, endpoints) and <c>Mesh.Client.Inbound</c> (connections of callers).</summary>
    public static MeterProviderBuilder AddServiceMeshInstrumentation(this MeterProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddMeter(MeshTelemetry.Name, MeshTelemetry.InboundName);
    }
}
