using Mesh.ConfigServer.Access;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Store;
using Mesh.ConfigServer.Xds;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Mesh.ConfigServer.Rest;

/// <summary>The server at a glance.</summary>
internal static class StatusResource
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/status", Get).For(AccessRole.Viewer).Describe("GetStatus", "The server at a glance.").Produces<Status>();

    private static IResult Get(HttpContext context, IMeshStore store, IMeshStates live, IXdsClients clients, ServerFacts facts)
    {
        MeshState state = store.Current;
        context.Stamp(state.Version);
        return Results.Json(
            new Status(
                ServerFacts.Version, state.Epoch, state.Generation, state.MeshId, store.IsReadOnly, facts.StartedAt, live.Current.Services.Count,
                clients.Count, store.Place, facts.Xds, facts.Http, store.Refusal),
            RestJson.Default.Status);
    }
}
