using Mesh.ConfigServer.Access;
using Mesh.ConfigServer.State;
using Mesh.Model;
using Mesh.Model.Documents;
using Mesh.Model.Explanations;
using Mesh.Model.Xds;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Mesh.ConfigServer.Rest;

/// <summary>What becomes of a request, and why.</summary>
internal static class ExplainResource
{
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/explain", ExplainAsync).For(AccessRole.Viewer)
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
        RequestExplanation explanation = StateExplainer.Explain(state, request, caller)
            ?? throw Problems.NotFound($"The mesh has no service '{url.Authority}', seen from namespace '{caller.Namespace}'.");
        AccessCaller asks = AccessCaller.Of(context);
        return asks.MaySee(XdsNames.NamespaceOf(explanation.Service)) ? Results.Json(explanation, RestJson.Default.RequestExplanation)
            : throw Problems.Forbidden($"The access token {Wording.Quote(asks.Name)} is not for the namespace of {explanation.Service}.");
    }

    private static ServiceIdentity CallerOf(ExplainCaller? from) => new()
    {
        Name = from?.Service ?? "",
        Namespace = from?.Namespace ?? ServiceIdentity.DefaultNamespace,
        Labels = Maps.Empty.SetItems(from?.Labels ?? new Dictionary<string, string>()),
    };
}
