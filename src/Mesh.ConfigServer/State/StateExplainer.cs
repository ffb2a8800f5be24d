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
        if (FindService(state, request.Url, caller.Namespace) is not { } fullName)
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

    // In the order of the clients: a host with its port, the service's own name, a host without a port, wildcards, the longest first.
    private static string? FindService(MeshState state, Uri url, string callersNamespace)
    {
        string host = url.IdnHost.ToLowerInvariant();
        string name = XdsNames.Of(host, callersNamespace);
        return state.Hosts.GetValueOrDefault(WithPort(host, url))
            ?? (state.Services.ContainsKey(name) ? name : null)
            ?? state.Hosts.GetValueOrDefault(host)
            ?? Wildcards(host).Select(wildcard =>
                state.Hosts.GetValueOrDefault(WithPort(wildcard, url)) ?? state.Hosts.GetValueOrDefault(wildcard))
                .FirstOrDefault(found => found is not null);
    }

    private static IEnumerable<string> Wildcards(string host)
    {
        for (int dot = host.IndexOf('.', StringComparison.Ordinal); dot > 0; dot = host.IndexOf('.', dot + 1))
        {
            yield return "*" + host[dot..];
        }
    }

    private static string WithPort(string host, Uri url) => string.Create(CultureInfo.InvariantCulture, $"{host}:{url.Port}");
}
