using System.Globalization;
using Mesh.Model;
using Mesh.Model.Explanations;
using Mesh.Model.Xds;

namespace Mesh.ConfigServer.State;

/// <summary>Explains what clients of the mesh do with a request.</summary>
internal static class StateExplainer
{
    /// <summary>Null where no service of the mesh is called.</summary>
    /// <param name="state">The mesh.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="caller">Who calls, by its own word: routes go by that.</param>
    /// <param name="peer">Who calls, by what it proves: policies go by that. Null: they are not asked.</param>
    public static RequestExplanation? Explain(MeshState state, ExplainedRequest request, ServiceIdentity caller, ExplainedPeer? peer = null)
    {
        if (AuthorityOf(request.Url).FindIn(state, caller.Namespace) is not { } fullName)
        {
            return null;
        }

        string ownNamespace = XdsNames.NamespaceOf(fullName);
        RequestExplanation explanation = RequestExplainer.Explain(
            state.Services[fullName],
            name => state.Services.GetValueOrDefault(XdsNames.Of(name, ownNamespace)),
            caller,
            request.Facts,
            request.Url.Scheme == Uri.UriSchemeHttps);
        return peer is null ? explanation : explanation with { Access = [.. Access(state, fullName, explanation, request, peer)] };
    }

    // Processes of one service may have labels, and with them policies, that others lack: the likeliest one is asked.
    private static IEnumerable<AuthorizationExplanation> Access(
        MeshState state, string called, RequestExplanation explanation, ExplainedRequest request, ExplainedPeer peer)
    {
        IEnumerable<string> services = explanation.Endpoints.Select(endpoint => endpoint.Service).DefaultIfEmpty(called).Distinct(StringComparer.Ordinal);
        return services.Select(service =>
        {
            string? likeliest = explanation.Endpoints.FirstOrDefault(endpoint => endpoint.Service == service)?.Address;
            MeshEndpoint? endpoint = state.Services.GetValueOrDefault(service)?.Endpoints?.FirstOrDefault(each => each.Authority == likeliest);
            return AccessExplainer.Explain(state, service, endpoint, request, peer.Id, peer.Address);
        });
    }

    // As clients ask for it: without the port that goes without saying.
    private static Authority AuthorityOf(Uri url) => new(
        url.IdnHost.ToLowerInvariant(), url.IsDefaultPort ? "" : url.Port.ToString(CultureInfo.InvariantCulture));
}
