using System.Globalization;
using Mesh.Model;
using Mesh.Model.Explanations;
using Mesh.Model.Xds;

namespace Mesh.ConfigServer.State;

/// <summary>Explains what clients of the mesh do with a request.</summary>
internal static class StateExplainer
{
    /// <summary>Null where no service of the mesh is called.</summary>
    public static RequestExplanation? Explain(MeshState state, ExplainedRequest request, ServiceIdentity caller)
    {
        if (AuthorityOf(request.Url).FindIn(state, caller.Namespace) is not { } fullName)
        {
            return null;
        }

        string ownNamespace = XdsNames.NamespaceOf(fullName);
        return RequestExplainer.Explain(
            state.Services[fullName],
            name => state.Services.GetValueOrDefault(XdsNames.Of(name, ownNamespace)),
            caller,
            request.Facts,
            request.Url.Scheme == Uri.UriSchemeHttps);
    }

    // As clients ask for it: without the port that goes without saying.
    private static Authority AuthorityOf(Uri url) => new(
        url.IdnHost.ToLowerInvariant(), url.IsDefaultPort ? "" : url.Port.ToString(CultureInfo.InvariantCulture));
}
