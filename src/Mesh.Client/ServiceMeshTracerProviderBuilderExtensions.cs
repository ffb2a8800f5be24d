using Mesh.Client.Telemetry;

namespace OpenTelemetry.Trace;

/// <summary>Brings the mesh's spans to OpenTelemetry.</summary>
public static class ServiceMeshTracerProviderBuilderExtensions
{
    /// <summary>Collects the activity source <c>Mesh.Client</c>: one span a call, around the runtime's span of each attempt.</summary>
    public static TracerProviderBuilder AddServiceMeshInstrumentation(this TracerProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddSource(MeshTelemetry.Name);
    }
}
