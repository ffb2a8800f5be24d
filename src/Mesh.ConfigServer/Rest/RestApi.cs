using Mesh.ConfigServer.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.ConfigServer.Rest;

/// <summary>The API as a whole. It stands on <c>IMeshStore</c> and <c>IXdsClients</c>, which the host brings.</summary>
internal static class RestApi
{
    public const string Root = "/api/v1";

    public static void AddMeshRest(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, RestJson.Default));
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddOpenApi(ApiDescription.Configure);
        services.AddSingleton<ServerMetrics>();
        services.AddSingleton<PrometheusExporter>();
        services.AddSingleton<Readiness>();
        services.AddSingleton<ServerFacts>();
    }

    public static void MapMeshRest(this IEndpointRouteBuilder routes)
    {
        HealthResource.Map(routes);
        routes.MapOpenApi("/openapi/{documentName}.json");

        RouteGroupBuilder api = routes.MapGroup(Root);
        api.AddEndpointFilterFactory(QueryCheck.Create);
        StatusResource.Map(api);
        DocumentsResource.Map(api);
        ServicesResource.Map(api);
        MeshSettingsResource.Map(api);
        ApplyResource.Map(api);
        GenerationsResource.Map(api);
        ClientsResource.Map(api);
        ExplainResource.Map(api);
        BackupResource.Map(api);
    }
}
