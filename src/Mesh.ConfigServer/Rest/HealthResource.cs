using Mesh.ConfigServer.Access;
using Mesh.ConfigServer.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Mesh.ConfigServer.Rest;

/// <summary>What those who watch the process ask.</summary>
internal static class HealthResource
{
    private const string Text = "text/plain";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", () => Results.Text("ok\n", Text)).ForAnybody()
            .Describe("GetHealth", "200 while the process runs.").Produces<string>(StatusCodes.Status200OK, Text);
        routes.MapGet("/readyz", GetReady).ForAnybody()
            .Describe("GetReadiness", "200 while the server should be given work: the store is open, all listens, and no stop has begun.")
            .Produces<string>(StatusCodes.Status200OK, Text).Refuses(StatusCodes.Status503ServiceUnavailable);
        routes.MapGet("/metrics", (PrometheusExporter exporter) => Results.Text(exporter.Write(), PrometheusExporter.ContentType)).For(AccessRole.Viewer).WithMetadata(new ServesMetrics())
            .Describe("GetMetrics", "Metrics, as Prometheus reads them.").Produces<string>(StatusCodes.Status200OK, Text);
    }

    private static IResult GetReady(Readiness readiness) =>
        readiness.IsStopping ? throw NotReady("The server stops.")
        : !readiness.IsStarted ? throw NotReady("The server has not started yet.")
        : Results.Text("ready\n", Text);

    private static ProblemException NotReady(string detail) =>
        new(Problems.Of(StatusCodes.Status503ServiceUnavailable, "urn:mesh:not-ready", detail));
}
