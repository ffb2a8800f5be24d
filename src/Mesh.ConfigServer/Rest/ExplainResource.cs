using Mesh.ConfigServer.State;
using Mesh.Model;
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
            "Explain", "What a client of the mesh would do with a request: each route with why or why not, and the odds of each endpoint.")
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
            StateExplainer.Explain(state, request, caller)
                ?? throw Problems.NotFound($"The mesh has no service '{url.Authority}', seen from namespace '{caller.Namespace}'."),
            RestJson.Default.RequestExplanation);
    }

    private static ServiceIdentity CallerOf(ExplainCaller? from) => new()
    {
        Name = from?.Service ?? "",
        Namespace = from?.Namespace ?? ServiceIdentity.DefaultNamespace,
        Labels = Maps.Empty.SetItems(from?.Labels ?? new Dictionary<string, string>()),
    };
}
