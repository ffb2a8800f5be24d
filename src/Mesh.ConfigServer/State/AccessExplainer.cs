using System.Net;
using Mesh.Model;
using Mesh.Model.Authorization;
using Mesh.Model.Explanations;
using Mesh.Model.Identity;
using Mesh.Model.Xds;
using Microsoft.Extensions.Primitives;

namespace Mesh.ConfigServer.State;

/// <summary>Explains whether a service takes a request, by the policies that its processes are told.</summary>
internal static class AccessExplainer
{
    private static readonly Func<object, string, StringValues> s_readHeader = static (carrier, name) =>
        ((ExplainedRequest)carrier).Headers.TryGetValue(name, out string? value) ? value : StringValues.Empty;

    /// <param name="state">The mesh.</param>
    /// <param name="service">The service's full name.</param>
    /// <param name="endpoint">Where the request arrives; null: nowhere that is known.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="peer">Who has proven to ask; null: nobody has.</param>
    /// <param name="address">Where the connection comes from; null: that is not known.</param>
    public static AuthorizationExplanation Explain(
        MeshState state, string service, MeshEndpoint? endpoint, ExplainedRequest request, SpiffeId? peer, IPAddress? address)
    {
        (string name, string space) = (service[..service.IndexOf('.', StringComparison.Ordinal)], XdsNames.NamespaceOf(service));
        AuthorizationTable table = new(state.Policies.Authorization.Values, name, space, endpoint?.Labels ?? Maps.Empty, state.Policies.Default);
        CallFacts facts = new()
        {
            Method = request.Method, Path = Uri.UnescapeDataString(request.Url.AbsolutePath), Host = request.Url.Authority, Port = endpoint?.Port ?? 0, Peer = peer,
            RemoteAddress = address, Carrier = request, HeaderReader = s_readHeader,
        };
        return AuthorizationExplainer.Explain(table, facts) with { Service = service };
    }
}
