using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Store;
using Mesh.ConfigServer.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Mesh.ConfigServer.Rest;

/// <summary>The document that holds for the whole mesh.</summary>
internal static class MeshSettingsResource
{
    private const string Route = "/mesh-settings";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet(Route, Get)
            .Describe("GetMeshSettings", "The mesh's own settings, as JSON or YAML. Their ETag names their content.")
            .AnswersDocument().Refuses(StatusCodes.Status404NotFound);
        api.MapPut(Route, PutAsync)
            .Describe("PutMeshSettings", "Creates or replaces the mesh's own settings.")
            .TakesDocuments().Writes().Produces<WriteAnswer>().Produces<WriteAnswer>(StatusCodes.Status201Created);
        api.MapDelete(Route, DeleteAsync)
            .Describe("DeleteMeshSettings", "Deletes the mesh's own settings: what is built in holds.")
            .Writes().Produces<WriteAnswer>().Refuses(StatusCodes.Status404NotFound);
    }

    private static IResult Get(HttpContext context, IMeshStates states) => SingleDocument.Get(context, states, DocumentKey.Settings);

    private static Task<IResult> PutAsync(HttpContext context, IMeshStore store, ServerMetrics metrics, bool? dryRun) =>
        SingleDocument.PutAsync(context, store, metrics, DocumentKey.Settings, dryRun ?? false);

    private static Task<IResult> DeleteAsync(HttpContext context, IMeshStore store, ServerMetrics metrics, bool? dryRun) =>
        SingleDocument.DeleteAsync(context, store, metrics, DocumentKey.Settings, dryRun ?? false);
}
