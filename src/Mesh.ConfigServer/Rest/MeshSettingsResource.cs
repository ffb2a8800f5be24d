using Mesh.ConfigServer.Access;
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
        api.MapGet(Route, Get).For(AccessRole.Viewer)
            .Describe("GetMeshSettings", "The mesh's own settings, as JSON or YAML. Their ETag names their content.").GetsDocument();
        api.MapPut(Route, PutAsync).For(AccessRole.Editor)
            .Describe("PutMeshSettings", "Creates or replaces the mesh's own settings.").PutsDocument();
        api.MapDelete(Route, DeleteAsync).For(AccessRole.Editor)
            .Describe("DeleteMeshSettings", "Deletes the mesh's own settings: what is built in holds.").DeletesDocument();
    }

    private static IResult Get(HttpContext context, IMeshStates states) => SingleDocument.Get(context, states, DocumentKey.Settings);

    private static Task<IResult> PutAsync(HttpContext context, IMeshStore store, ServerMetrics metrics, LiveWarnings warnings, bool? dryRun) =>
        SingleDocument.PutAsync(context, store, metrics, warnings, DocumentKey.Settings, dryRun ?? false);

    private static Task<IResult> DeleteAsync(HttpContext context, IMeshStore store, ServerMetrics metrics, bool? dryRun) =>
        SingleDocument.DeleteAsync(context, store, metrics, DocumentKey.Settings, dryRun ?? false);
}
