using Mesh.Model;

namespace Mesh.Client.Sources.Dns;

/// <summary>A question to DNS: what is looked up, and the name in lower case.</summary>
internal readonly record struct DnsName(EndpointLookup Kind, string Host)
{
    public static DnsName Of(MeshEndpoint endpoint) => new(endpoint.Lookup, endpoint.Host.ToLowerInvariant());
}
