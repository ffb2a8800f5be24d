using Mesh.ConfigServer.Access;
using Mesh.ConfigServer.Xds;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Mesh.ConfigServer.Rest;

/// <summary>Who is connected, and how far they are.</summary>
internal static class ClientsResource
{
    public static void Map(IEndpointRouteBuilder api) => api
        .MapGet("/clients", (HttpContext context, IXdsClients clients, TimeProvider time) => Results.Json(
            new ClientList(
                time.GetUtcNow(), [.. clients.All().Where(client => AccessCaller.Of(context).MaySee(client.Node.Namespace)).Select(Client.Of)]),
            RestJson.Default.ClientList))
        .For(AccessRole.Viewer)
        .Describe("ListClients", "The clients connected to this server: what they asked for, got, refused, and cannot follow.")
        .Produces<ClientList>();
}
