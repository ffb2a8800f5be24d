using Mesh.ConfigServer.Xds;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Mesh.ConfigServer.Rest;

/// <summary>Who is connected, and how far they are.</summary>
internal static class ClientsResource
{
    public static void Map(IEndpointRouteBuilder api) => api
        .MapGet("/clients", (IXdsClients clients, TimeProvider time) =>
            Results.Json(new ClientList(time.GetUtcNow(), [.. clients.All().Select(Client.Of)]), RestJson.Default.ClientList))
        .Describe("ListClients", "The clients connected to this server: what they asked for, got, refused, and cannot follow.")
        .Produces<ClientList>();
}
