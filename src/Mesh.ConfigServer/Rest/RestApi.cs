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
        services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.TypeInfoResolverChain.Insert(0, RestJson.Default);
            options.SerializerOptions.NumberHandling = RestJson.Default.Options.NumberHandling;
        });
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddOpenApi(ApiDescription.Configure);
        services.AddSingleton<ServerMetrics>();
        services.AddSingleton<MeshGauges>();
        services.AddSingleton<ProcessGauges>();
        services.AddSingleton<PrometheusExporter>();
        services.AddSingleton<LiveWarnings>();
        services.AddSingleton<Readiness>();
        services.AddSingleton<ServerFacts>();
    }

    public static void MapMeshRest(this IEndpointRouteBuilder routes)
    {
        HealthResource.Map(routes.MapGroup("").WithTags("server"));
        routes.MapOpenApi("/openapi/{documentName}.json");

        RouteGroupBuilder api = routes.MapGroup(Root);
        api.AddEndpointFilterFactory(QueryCheck.Create);
        StatusResource.Map(api.MapGroup("").WithTags("server"));
        DocumentsResource.Map(api.MapGroup("").WithTags("documents"));
        ServicesResource.Map(api.MapGroup("").WithTags("documents"));
        MeshSettingsResource.Map(api.MapGroup("").WithTags("documents"));
        PoliciesResource.Map(api.MapGroup("").WithTags("documents"));
        ApplyResource.Map(api.MapGroup("").WithTags("documents"));
        GenerationsResource.Map(api.MapGroup("").WithTags("history"));
        EndpointsResource.Map(api.MapGroup("").WithTags("clients"));
        ClientsResource.Map(api.MapGroup("").WithTags("clients"));
        ExplainResource.Map(api.MapGroup("").WithTags("clients"));
        IdentityResource.Map(api.MapGroup("").WithTags("identity"));
        BackupResource.Map(api.MapGroup("").WithTags("history"));
    }
}
