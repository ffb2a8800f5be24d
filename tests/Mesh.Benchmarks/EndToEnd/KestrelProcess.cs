using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Mesh.Benchmarks.EndToEnd;

/// <summary>A child that listens on loopback until its parent ends.</summary>
internal static class KestrelProcess
{
    /// <param name="protocol">What it speaks.</param>
    /// <param name="ports">On how many ports, which the system picks.</param>
    /// <param name="build">What it needs.</param>
    /// <param name="map">What it does.</param>
    /// <param name="guard">What stands before it at each port.</param>
    public static async Task RunAsync(Protocol protocol, int ports, Action<WebApplicationBuilder> build, Action<WebApplication> map, Action<ListenOptions>? guard = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            for (int i = 0; i < ports; i++)
            {
                kestrel.Listen(IPAddress.Loopback, 0, listen =>
                {
                    listen.Protocols = protocol.Listening;
                    guard?.Invoke(listen);
                });
            }
        });
        build(builder);
        await using WebApplication app = builder.Build();
        map(app);
        await app.StartAsync();
        Parent.Tell(new Started([.. app.Urls.Select(url => new Uri(url).Authority)], [Environment.ProcessId]));
        await Parent.EndAsync();
    }
}
