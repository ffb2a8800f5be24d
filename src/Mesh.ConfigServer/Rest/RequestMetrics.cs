using Mesh.ConfigServer.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.ConfigServer.Rest;

/// <summary>Counts the requests that were answered.</summary>
internal static class RequestMetrics
{
    private static readonly string[] s_methods =
        [HttpMethods.Get, HttpMethods.Put, HttpMethods.Post, HttpMethods.Delete, HttpMethods.Head, HttpMethods.Options, HttpMethods.Patch];

    public static IApplicationBuilder UseRequestMetrics(this IApplicationBuilder app)
    {
        // It knows what it has heard, so it must listen from the start.
        _ = app.ApplicationServices.GetRequiredService<PrometheusExporter>();
        _ = app.ApplicationServices.GetRequiredService<MeshGauges>();
        _ = app.ApplicationServices.GetRequiredService<ProcessGauges>();
        ServerMetrics metrics = app.ApplicationServices.GetRequiredService<ServerMetrics>();
        return app.Use(async (context, next) =>
        {
            string route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "none";
            await next(context).ConfigureAwait(false);

            // Callers choose methods freely, and each would be a series of its own.
            string method = s_methods.Contains(context.Request.Method) ? context.Request.Method : "other";
            metrics.Request(route, method, context.Response.StatusCode);
        });
    }
}
