using System.Collections.Immutable;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.Sources.Xds.Bootstrap;

/// <summary>What a bootstrap says: whom to ask, as whom, and by which names.</summary>
internal sealed record XdsBootstrap
{
    /// <summary>How names begin that say which authority they belong to (gRFC A47). They are not supported.</summary>
    public const string NewNames = "xdstp:";

    /// <summary>In order of preference.</summary>
    public required ImmutableArray<XdsServer> Servers { get; init; }

    /// <summary>As it is given; the client's own software is added by whoever sends it.</summary>
    public required Wire.Node Node { get; init; }

    /// <summary>The name of an authority's listener, with <c>%s</c> for the authority.</summary>
    public string ListenerTemplate { get; init; } = "%s";

    /// <summary>Istio sends what proxyless clients understand, and names listeners by their port, always.</summary>
    public bool IsIstio => Node.Metadata?.Fields.TryGetValue("GENERATOR", out var generator) is true && generator.StringValue == "grpc";

    public XdsServer ServerAt(Uri address) => Servers.First(server => server.Address == address);
}
