namespace Mesh.Model.Xds;

/// <summary>A service's routes.</summary>
internal static class RouteConfigurationCodec
{
    /// <param name="fullName">The service's full name.</param>
    /// <param name="service">Its rules. Names of other services in it are looked up in its own namespace.</param>
    /// <param name="profile">Who is to read it.</param>
    /// <param name="caller">Who asks, for matches of a source where the client cannot tell itself; null: nobody knows.</param>
    public static Encoded<Wire.RouteConfiguration> Encode(
        string fullName, MeshService service, ClientProfile profile, ServiceIdentity? caller) => throw new NotImplementedException();

    public static Decoded<XdsRouteConfiguration> Decode(Wire.RouteConfiguration routes) => throw new NotImplementedException();
}
