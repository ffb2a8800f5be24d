using System.Net;
using Mesh.Model;

namespace Mesh.ConfigServer.Xds;

/// <summary>Whether a change of a service can be seen by its endpoints alone.</summary>
internal static class EndpointChange
{
    /// <summary>
    /// Routes and clusters say how endpoints are called; of the endpoints they say whether there are any, and to gRPC clients whether it is
    /// one name, and whether TLS is asked for.
    /// </summary>
    public static bool IsAll(MeshService before, MeshService now) =>
        before.Endpoints is { } old && now.Endpoints is { } others
        && before with { Endpoints = others } == now
        && old.All(IsPlain) && others.All(IsPlain);

    private static bool IsPlain(MeshEndpoint endpoint) =>
        endpoint is { Lookup: EndpointLookup.None, Tls: null } && IPAddress.TryParse(endpoint.Host, out _);
}
