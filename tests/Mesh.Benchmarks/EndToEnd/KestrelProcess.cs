using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Benchmarks.EndToEnd;

/// <summary>A child that listens on loopback until its parent ends.</summary>
internal static class KestrelProcess
{
    /// <param name="protocol">What it speaks.</param>
    /// <param name="ports">On how many ports, which the system picks.</param>
    /// <param name="services">What it needs.</param>
    /// <param name="map">What it does.</param>
    public static async Task RunAsync(Protocol protocol, int ports, Action<IServiceCollection> services, Action<WebApplication> map)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            for (int i = 0; i < ports; i++)
            {
                kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocol.Listening);
            }
        });
        services(builder.Services);
        await using WebApplication app = builder.Build();
        map(app);
        await app.StartAsync();
        Parent.Tell(new Started([.. app.Urls.Select(url => new Uri(url).Authority)], [Environment.ProcessId]));
        await Parent.EndAsync();
    }
}
