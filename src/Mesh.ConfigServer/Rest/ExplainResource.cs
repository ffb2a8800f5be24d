using System.Net;
using Mesh.ConfigServer.State;
using Mesh.Model;
using Mesh.Model.Documents;
using Mesh.Model.Explanations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Mesh.ConfigServer.Rest;

/// <summary>What becomes of a request, and why.</summary>
internal static class ExplainResource
{
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/explain", ExplainAsync)
        .Describe(
            "Explain", "What a client of the mesh would do with a request: each route with why or why not, the odds of each endpoint, and with as whether the caller is let in.")
        .Takes<ExplainRequest>("The request to explain.", MediaTypes.Json).Produces<RequestExplanation>()
        .Refuses(StatusCodes.Status404NotFound);

    private static async Task<IResult> ExplainAsync(HttpContext context, IMeshStates states)
    {
        ExplainRequest asked = await RequestBody.ReadJsonAsync(context, RestJson.Default.ExplainRequest).ConfigureAwait(false);
        if (!Uri.TryCreate(asked.Url, UriKind.Absolute, out Uri? url)
            || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
        {
            throw Problems.BadRequest("url must be absolute, such as http://catalog/items/1.");
        }

        MeshState state = states.Current;
        context.Stamp(state.Version);
        ServiceIdentity caller = CallerOf(asked.From);
        ExplainedRequest request = ExplainedRequest.Of(asked.Method, url, asked.Headers ?? new Dictionary<string, string>());
        return Results.Json(
            StateExplainer.Explain(state, request, caller, PeerOf(asked))
                ?? throw Problems.NotFound($"The mesh has no service '{url.Authority}', seen from namespace '{caller.Namespace}'."),
            RestJson.Default.RequestExplanation);
    }

    private static ExplainedPeer? PeerOf(ExplainRequest asked)
    {
        IPAddress? address = null;
        if (asked.Address is not null && !IPAddress.TryParse(asked.Address, out address))
        {
            throw Problems.BadRequest($"address must be an IP address; {Wording.Quote(asked.Address)} is none.");
        }

        return asked.As is not { } peer ? null
            : ExplainedPeer.TryOf(peer, address)
                ?? throw Problems.BadRequest($"as must be an identity, such as spiffe://mesh-1a2b3c4d5e6f/ns/shop/sa/web, or '{ExplainedPeer.Nobody}'; {Wording.Quote(peer)} is neither.");
    }

    private static ServiceIdentity CallerOf(ExplainCaller? from) => new()
    {
        Name = from?.Service ?? "",
        Namespace = from?.Namespace ?? ServiceIdentity.DefaultNamespace,
        Labels = Maps.Empty.SetItems(from?.Labels ?? new Dictionary<string, string>()),
    };
}
