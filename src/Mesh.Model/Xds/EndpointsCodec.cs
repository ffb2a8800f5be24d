using System.Collections.Immutable;

namespace Mesh.Model.Xds;

/// <summary>The endpoints of a service, or of a subset of it.</summary>
internal static class EndpointsCodec
{
    /// <param name="fullName">The service's full name.</param>
    /// <param name="subset">Null: all its endpoints.</param>
    /// <param name="service">Its rules and endpoints.</param>
    /// <param name="profile">Who is to read it.</param>
    public static Encoded<Wire.ClusterLoadAssignment> Encode(string fullName, string? subset, MeshService service, ClientProfile profile)
    {
        string name = XdsNames.Cluster(fullName, subset);
        if (profile is ClientProfile.Grpc)
        {
            GrpcEndpoints known = GrpcEndpoints.Of(service, subset);
            return new(Message(name, known.Sent, profile), known.Gaps);
        }

        return new(Message(name, ClusterEndpoints.Of(service, subset).Select(entry => entry.Endpoint), profile), []);
    }

    public static Decoded<XdsEndpoints> Decode(Wire.ClusterLoadAssignment endpoints)
    {
        XdsField at = XdsField.Resource();
        if (endpoints.ClusterName.Length == 0)
        {
            at["cluster_name"].Fault("The cluster's name is the resource's.");
        }

        ImmutableArray<MeshEndpoint> read = LocalityWeights.Apply(LocalityCodec.Decode(endpoints.Endpoints, at));
        return at.Decoded(new XdsEndpoints
        {
            Name = endpoints.ClusterName,
            Endpoints = read,
            DropOverloads = DropOverloadCodec.Decode(endpoints.Policy, at["policy"]),
        });
    }

    private static Wire.ClusterLoadAssignment Message(string name, IEnumerable<MeshEndpoint> endpoints, ClientProfile profile) => new()
    {
        ClusterName = name, Endpoints = { LocalityCodec.Encode(endpoints, profile) },
    };
}
