using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Client.AspNetCore.Authorization;

/// <summary>
/// Finds the endpoint that a call would come to as it was received, by the application's own routing, on a copy of the call's context and with
/// endpoints that do nothing.
/// </summary>
internal sealed class RouteProbe
{
    // Where routing keeps whose endpoints it routes to.
    private const string RouteBuilder = "__EndpointRouteBuilder";

    private readonly RequestDelegate _routing;

    private RouteProbe(RequestDelegate routing) => _routing = routing;

    /// <summary>Null: the application has no endpoints.</summary>
    public static RouteProbe? Of(IApplicationBuilder app)
    {
        if (app.ApplicationServices.GetService<EndpointDataSource>() is not { } endpoints)
        {
            return null;
        }

        IApplicationBuilder branch = app.New();
        branch.UseRouting();
        if (branch.Properties[RouteBuilder] is not IEndpointRouteBuilder routes)
        {
            return null;
        }

        routes.DataSources.Add(new IdleEndpoints(endpoints));
        branch.Run(static _ => Task.CompletedTask);
        return new RouteProbe(branch.Build());
    }

    /// <summary>As policies name it. Empty: none; null: it has no name.</summary>
    public async Task<string?> FindAsync(HttpContext context)
    {
        // The copy is to find the call's own.
        _ = context.RequestServices;
        ProbedCall probed = new();
        FeatureCollection features = new(context.Features);
        features.Set<IEndpointFeature>(probed);
        features.Set<IRouteValuesFeature>(probed);
        features.Set<IHttpMaxRequestBodySizeFeature>(probed);
        features.Set<IHttpResponseFeature>(new HttpResponseFeature());
        await _routing(new DefaultHttpContext(features)).ConfigureAwait(false);
        return probed.Endpoint is { } endpoint ? RoutePatterns.Of(endpoint) : "";
    }
}
