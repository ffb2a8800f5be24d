using Mesh.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Extensions.Hosting;

/// <summary>Adds both halves of the mesh to a web application.</summary>
public static class ServiceMeshWebApplicationExtensions
{
    /// <summary>
    /// The mesh of <see cref="ServiceMeshHostExtensions.AddServiceMesh{TBuilder}"/> with its inbound half, as
    /// <see cref="ServiceMeshInboundExtensions.AddInbound"/> adds it. Calling it again is harmless, and so is a call for any other builder before or
    /// after, such as that of shared service defaults.
    /// </summary>
    /// <param name="builder">The application's builder.</param>
    /// <param name="configure">Shapes the mesh further.</param>
    /// <exception cref="MeshConfigurationException">Thrown at the host's start, with every fault of the section.</exception>
    public static WebApplicationBuilder AddServiceMesh(this WebApplicationBuilder builder, Action<IMeshBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);

        return builder.AddServiceMesh<WebApplicationBuilder>(mesh =>
        {
            mesh.AddInbound();
            configure?.Invoke(mesh);
        });
    }
}
