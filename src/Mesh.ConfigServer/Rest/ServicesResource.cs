using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Store;
using Mesh.ConfigServer.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Mesh.ConfigServer.Rest;

/// <summary>The document of a service.</summary>
internal static class ServicesResource
{
    private const string Route = "/services/{namespace}/{name}";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet(Route, Get)
            .Describe("GetService", "A service's document, as JSON or YAML. Its ETag names its content.").GetsDocument();
        api.MapPut(Route, PutAsync)
            .Describe("PutService", "Creates or replaces a service's document.").PutsDocument();
        api.MapDelete(Route, DeleteAsync)
            .Describe("DeleteService", "Deletes a service's document.").DeletesDocument();
    }

    private static IResult Get(HttpContext context, IMeshStates states, string @namespace, string name) =>
        SingleDocument.Get(context, states, Key(@namespace, name));

    private static Task<IResult> PutAsync(
        HttpContext context, IMeshStore store, ServerMetrics metrics, string @namespace, string name, bool? dryRun) =>
        SingleDocument.PutAsync(context, store, metrics, Key(@namespace, name), dryRun ?? false);

    private static Task<IResult> DeleteAsync(
        HttpContext context, IMeshStore store, ServerMetrics metrics, string @namespace, string name, bool? dryRun) =>
        SingleDocument.DeleteAsync(context, store, metrics, Key(@namespace, name), dryRun ?? false);

    private static DocumentKey Key(string space, string name) => new(DocumentKey.Service, space, name);
}
