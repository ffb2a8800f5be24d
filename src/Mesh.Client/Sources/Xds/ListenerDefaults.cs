using System.Collections.Immutable;
using Mesh.Model;
using Mesh.Model.Xds;

namespace Mesh.Client.Sources.Xds;

/// <summary>What a listener says for routes that do not say it themselves.</summary>
internal static class ListenerDefaults
{
    public static ImmutableArray<MeshRoute> Apply(XdsListener listener, ImmutableArray<MeshRoute> routes) =>
        listener is { MaxStreamDuration: null, Fault: null } ? routes :
        [
            .. routes.Select(route => route with { Timeout = route.Timeout ?? listener.MaxStreamDuration, Fault = route.Fault ?? listener.Fault }),
        ];
}
