using Mesh.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Extensions.Hosting;

/// <summary>Adds the mesh to an application.</summary>
public static class ServiceMeshHostExtensions
{
    /// <summary>
    /// Every <see cref="HttpClient"/> of <c>IHttpClientFactory</c> and every gRPC client made from it is routed, balanced, retried and
    /// measured by the rules of the settings' <c>Mesh</c> section, which are read when the host starts and followed while it runs.
    /// Calling it again is harmless.
    /// </summary>
    /// <param name="builder">The application's builder.</param>
    /// <param name="configure">Shapes the mesh further.</param>
    /// <exception cref="MeshConfigurationException">Thrown at the host's start, with every fault of the section.</exception>
    public static TBuilder AddServiceMesh<TBuilder>(this TBuilder builder, Action<IMeshBuilder>? configure = null)
        where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);

        IMeshBuilder mesh = builder.Services.AddServiceMesh(builder.Configuration.GetSection("Mesh"));
        configure?.Invoke(mesh);
        return builder;
    }
}
