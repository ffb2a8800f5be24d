using System.Collections.Immutable;
using Mesh.ConfigServer.Access;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.Registry;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Store;
using Mesh.ConfigServer.Telemetry;
using Mesh.Model.Xds;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Mesh.ConfigServer.Rest;

/// <summary>Which services there are, and the document of each.</summary>
internal static class ServicesResource
{
    private const string Route = "/services/{namespace}/{name}";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/services", List).For(AccessRole.Viewer)
            .Describe("ListServices", "All services by name: those of documents, and those whose processes have registered.").Produces<ServiceList>();
        api.MapGet(Route, Get).For(AccessRole.Viewer)
            .Describe("GetService", "A service's document, as JSON or YAML. Its ETag names its content.").GetsDocument();
        api.MapPut(Route, PutAsync).For(AccessRole.Editor)
            .Describe("PutService", "Creates or replaces a service's document.").PutsDocument();
        api.MapDelete(Route, DeleteAsync).For(AccessRole.Editor)
            .Describe("DeleteService", "Deletes a service's document.").DeletesDocument();
    }

    private static IResult List(HttpContext context, IMeshStore store, IMeshStates live, IRegistrations registrations)
    {
        (MeshState documents, MeshState told) = (store.Current, live.Current);
        context.Stamp(told.Version);
        AccessCaller caller = AccessCaller.Of(context);
        ImmutableArray<ServiceSummary> services =
        [
            .. documents.Services.Keys.Union(registrations.Names(), StringComparer.Ordinal)
                .Where(name => caller.MaySee(XdsNames.NamespaceOf(name))).Order(StringComparer.Ordinal)
                .Select(name => ServiceSummary.Of(name, documents, told)),
        ];
        return Results.Json(new ServiceList(services), RestJson.Default.ServiceList);
    }

    private static IResult Get(HttpContext context, IMeshStates states, string @namespace, string name) =>
        SingleDocument.Get(context, states, Key(@namespace, name));

    private static Task<IResult> PutAsync(
        HttpContext context, IMeshStore store, ServerMetrics metrics, LiveWarnings warnings, string @namespace, string name, bool? dryRun) =>
        SingleDocument.PutAsync(context, store, metrics, warnings, Key(@namespace, name), dryRun ?? false);

    private static Task<IResult> DeleteAsync(
        HttpContext context, IMeshStore store, ServerMetrics metrics, string @namespace, string name, bool? dryRun) =>
        SingleDocument.DeleteAsync(context, store, metrics, Key(@namespace, name), dryRun ?? false);

    private static DocumentKey Key(string space, string name) => new(DocumentKey.Service, space, name);
}
