using Mesh.Client;
using Mesh.Client.Sources.Xds.Bootstrap;
using Mesh.Client.Transport;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Shapes how the mesh sends, and whom it follows.</summary>
public static class ServiceMeshBuilderExtensions
{
    /// <summary>
    /// Follows an xDS control plane, Istio's or any other, by the bootstrap that gRPC's clients use (gRFC A27). Services are called by host and
    /// port; what the control plane's listeners, routes, clusters and endpoints say holds for them. Not together with
    /// <c>Mesh:ConfigServer:Addresses</c>. Faults of the bootstrap end the host's start, each with its JSON path.
    /// </summary>
    /// <param name="mesh">What <c>AddServiceMesh()</c> hands out.</param>
    /// <param name="configure">Names the bootstrap; null: the environment does, by <c>GRPC_XDS_BOOTSTRAP</c> or <c>GRPC_XDS_BOOTSTRAP_CONFIG</c>.</param>
    public static IMeshBuilder AddXds(this IMeshBuilder mesh, Action<XdsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(mesh);

        mesh.Services.Configure(configure ?? (static _ => { }));
        mesh.Services.TryAddSingleton(static provider => new BootstrapLocation(
            provider.GetRequiredService<IOptions<XdsOptions>>(),
            provider.GetService<IHostEnvironment>()?.ContentRootPath ?? Directory.GetCurrentDirectory(),
            Environment.GetEnvironmentVariable));
        return mesh;
    }

    /// <summary>
    /// Sends the calls to a service by a handler instead of over connections, as a test does with that of its <c>TestServer</c>. The rules of
    /// the service hold; its endpoints, from whatever source, are not called.
    /// </summary>
    /// <param name="mesh">What <c>AddServiceMesh()</c> hands out.</param>
    /// <param name="service">
    /// The service's name: short where its namespace is the application's own. Any other is to be declared under <c>Mesh:Services</c> as well.
    /// </param>
    /// <param name="handler">Must be safe under parallel calls. It stays the application's: the mesh does not dispose it.</param>
    public static IMeshBuilder UseHandler(this IMeshBuilder mesh, string service, HttpMessageHandler handler)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        ArgumentException.ThrowIfNullOrWhiteSpace(service);
        ArgumentNullException.ThrowIfNull(handler);

        mesh.Services.Configure<TransportOptions>(options => options.Handlers[service] = handler);
        return mesh;
    }

    /// <summary>
    /// Shapes the handler that sends to an endpoint, such as its timeouts, its keep-alive pings, and by <c>SslOptions</c> its TLS. Called once for
    /// each endpoint, before its first call, and again when its connections are replaced. What the mesh needs stays as it is: where the
    /// handler connects to, and that it has no proxy, no cookies and no redirects of its own.
    /// </summary>
    /// <param name="mesh">What <c>AddServiceMesh()</c> hands out.</param>
    /// <param name="configure">Is given the service's name and the handler. Later ones are called after earlier ones.</param>
    public static IMeshBuilder ConfigureTransport(this IMeshBuilder mesh, Action<string, SocketsHttpHandler> configure)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        ArgumentNullException.ThrowIfNull(configure);

        mesh.Services.Configure<TransportOptions>(options => options.Configurations.Add(configure));
        return mesh;
    }
}
