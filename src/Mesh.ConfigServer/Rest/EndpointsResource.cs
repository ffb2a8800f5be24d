using System.Collections.Immutable;
using Mesh.ConfigServer.Access;
using Mesh.ConfigServer.Registry;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Mesh.ConfigServer.Rest;

/// <summary>Where services are called, and by whose word.</summary>
internal static class EndpointsResource
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/endpoints", Get).For(AccessRole.Viewer)
        .Describe(
            "ListEndpoints", "The endpoints of all services, or of some: those of documents, and processes that have registered.",
            "Names are compared without regard to case.")
        .Produces<EndpointList>();

    private static IResult Get(
        HttpContext context, IMeshStore store, IMeshStates live, IRegistrations registrations, TimeProvider time, string? service,
        string? @namespace)
    {
        AccessCaller caller = AccessCaller.Of(context);
        (MeshState documents, MeshState told) = (store.Current, live.Current);
        context.Stamp(told.Version);
        (string Name, RegisteredService? Registered)[] meant =
        [
            .. documents.Services.Keys.Union(registrations.Names(), StringComparer.Ordinal).Where(IsMeant).Order(StringComparer.Ordinal)
                .Select(name => (name, registrations.Find(name))),
        ];

        // Afterwards: nobody was heard later than now.
        DateTimeOffset now = time.GetUtcNow();
        ImmutableArray<ServiceEndpoints> services =
        [
            .. meant.Select(each => ServiceEndpoints.Of(
                each.Name, documents.Services.GetValueOrDefault(each.Name), told.Services.GetValueOrDefault(each.Name), each.Registered,
                HostOwners.OwnerOf(documents, each.Name), now)),
        ];
        return Results.Json(new EndpointList(now, services), RestJson.Default.EndpointList);

        bool IsMeant(string name) => name.Split('.', 2) is [var its, var space] && Is(service, its) && Is(@namespace, space) && caller.MaySee(space);
    }

    private static bool Is(string? wanted, string found) =>
        string.IsNullOrEmpty(wanted) || wanted.Equals(found, StringComparison.OrdinalIgnoreCase);
}
