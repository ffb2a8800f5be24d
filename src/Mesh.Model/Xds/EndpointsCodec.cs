namespace Mesh.Model.Xds;

/// <summary>The endpoints of a service, or of a subset of it.</summary>
internal static class EndpointsCodec
{
    /// <param name="fullName">The service's full name.</param>
    /// <param name="subset">Null: all its endpoints.</param>
    /// <param name="service">Its rules and endpoints.</param>
    /// <param name="profile">Who is to read it.</param>
    public static Encoded<Wire.ClusterLoadAssignment> Encode(string fullName, string? subset, MeshService service, ClientProfile profile) =>
        throw new NotImplementedException();

    public static Decoded<XdsEndpoints> Decode(Wire.ClusterLoadAssignment endpoints) => throw new NotImplementedException();
}
