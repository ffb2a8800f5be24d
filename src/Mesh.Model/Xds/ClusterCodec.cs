namespace Mesh.Model.Xds;

/// <summary>A service's cluster, or that of a subset: how its endpoints are called.</summary>
internal static class ClusterCodec
{
    /// <param name="fullName">The service's full name.</param>
    /// <param name="subset">Null: all its endpoints.</param>
    /// <param name="service">Its rules and endpoints.</param>
    /// <param name="profile">Who is to read it.</param>
    public static Encoded<Wire.Cluster> Encode(string fullName, string? subset, MeshService service, ClientProfile profile) =>
        throw new NotImplementedException();

    public static Decoded<XdsCluster> Decode(Wire.Cluster cluster) => throw new NotImplementedException();
}
