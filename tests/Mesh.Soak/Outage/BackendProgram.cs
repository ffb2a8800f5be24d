using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Mesh.Soak.Outage;

/// <summary>One backend, in a process of its own, until its standard input is closed: then it stops as a host does, and answers what it has begun.</summary>
internal static class BackendProgram
{
    // Long enough that a crash meets calls in flight.
    private static readonly TimeSpan s_work = TimeSpan.FromMilliseconds(5);

    public static async Task RunAsync(int port)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        await using WebApplication app = builder.Build();
        app.Run(async context =>
        {
            await Task.Delay(s_work);
            await context.Response.WriteAsync("here");
        });
        await app.StartAsync();
        Console.WriteLine("ready");
        await Console.In.ReadToEndAsync();
        await app.StopAsync();
    }
}
