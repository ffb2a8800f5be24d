using Mesh.Client.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Shapes how single clients use the mesh.</summary>
public static class ServiceMeshHttpClientBuilderExtensions
{
    /// <summary>Takes a client out of the mesh: its calls are sent by its own primary handler, whatever their host.</summary>
    public static IHttpClientBuilder RemoveServiceMesh(this IHttpClientBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);

        if (builder.Name is { } name)
        {
            builder.Services.Configure<MeshClientOptions>(name, static options => options.IsRemoved = true);
        }
        else
        {
            // The builder of ConfigureHttpClientDefaults stands for all clients.
            builder.Services.ConfigureAll<MeshClientOptions>(static options => options.IsRemoved = true);
        }

        return builder;
    }
}
