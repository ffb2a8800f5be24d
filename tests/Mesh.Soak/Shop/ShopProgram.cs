using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mesh.Soak.Shop;

/// <summary>One process of the shop, until it is told to stop by a signal, or its standard input is closed. It is found by its registration alone.</summary>
internal static class ShopProgram
{
    /// <summary>The header of an answer that says which service gave it, and which it asked.</summary>
    public const string ServiceHeader = "x-service";

    // Long enough that a kill meets calls in flight.
    private static readonly TimeSpan s_work = TimeSpan.FromMilliseconds(5);

    public static async Task RunAsync(string service, string server)
    {
        string? behind = ShopServices.Behind(service);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = service });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(
            IPAddress.Loopback, 0, listen => listen.Protocols = service == ShopServices.Pricing ? HttpProtocols.Http2 : HttpProtocols.Http1));
        builder.Configuration.AddInMemoryCollection([new("Mesh:ConfigServer:Addresses:0", server), new("Mesh:Upstreams", behind), new("Mesh:Inbound:Tls", "Disabled")]);
        builder.AddServiceMesh();
        builder.Services.AddHttpClient();
        await using WebApplication app = builder.Build();
        using HttpClient client = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        ShopCalls? calls = behind is null ? null : new ShopCalls(client, behind);
        app.Run(context => AnswerAsync(context, service, calls));
        using Monitor monitor = new(app.Services, behind);
        await app.StartAsync();
        new Told(Port: new Uri(app.Urls.Single()).Port).Write();

        Task telling = monitor.TellAsync(app.Lifetime.ApplicationStopping);
        Task calling = service == ShopServices.Web ? new Caller(calls!, monitor).RunAsync(app.Lifetime.ApplicationStopping) : Task.CompletedTask;
        _ = Task.Run(() => StopAtEndOfInputAsync(app));
        await calling;
        await app.WaitForShutdownAsync();
        await telling;
    }

    private static async Task StopAtEndOfInputAsync(WebApplication app)
    {
        await Console.In.ReadToEndAsync();
        app.Lifetime.StopApplication();
    }

    private static async Task AnswerAsync(HttpContext context, string service, ShopCalls? calls)
    {
        using StreamReader reader = new(context.Request.Body);
        string body = await reader.ReadToEndAsync();
        await Task.Delay(s_work);
        Failure? failure = calls is null ? null : await calls.CallAsync(new HttpMethod(context.Request.Method), body);
        context.Response.Headers[ServiceHeader] = service;
        if (failure is not null)
        {
            context.Response.StatusCode = StatusCodes.Status424FailedDependency;
            await context.Response.WriteAsync(JsonSerializer.Serialize(failure));
            return;
        }

        await context.Response.WriteAsync(body);
    }
}
