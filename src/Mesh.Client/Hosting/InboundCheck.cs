using Mesh.Model;
using Mesh.Model.Documents;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Client.Hosting;

/// <summary>Finds a process that takes calls and has the outbound half alone: nothing would register it, and nothing drain it.</summary>
internal static class InboundCheck
{
    // ASP.NET Core is foreign to this package, which therefore knows its web servers by name.
    private const string WebServer = "Microsoft.AspNetCore.Hosting.Server.IServer";

    /// <exception cref="MeshConfigurationException">It is such a process.</exception>
    public static void Check(IServiceCollection services, MeshSettings settings)
    {
        if (settings is { Enabled: true, Inbound.Enabled: true }
            && services.Any(service => service.ServiceType.FullName == WebServer)
            && !services.Any(service => service.ServiceType == typeof(IInboundHalf)))
        {
            throw new MeshConfigurationException([new DocumentFault(
                "Mesh:Inbound:Enabled",
                "This process has a web server, and its mesh has no inbound half, which registers and drains it. Reference the package Mesh.Client.AspNetCore and call builder.AddServiceMesh() on the WebApplicationBuilder, or mesh.AddInbound(); where neither is wanted, set Mesh:Inbound:Enabled to false.")]);
        }
    }
}
