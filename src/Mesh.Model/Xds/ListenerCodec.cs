namespace Mesh.Model.Xds;

/// <summary>A service's listener: the name that is called, and where its routes are.</summary>
internal static class ListenerCodec
{
    /// <param name="name">As the client asked for it.</param>
    /// <param name="fullName">The service that it means.</param>
    /// <param name="profile">Who is to read it.</param>
    public static Encoded<Wire.Listener> Encode(string name, string fullName, ClientProfile profile) => throw new NotImplementedException();

    public static Decoded<XdsListener> Decode(Wire.Listener listener) => throw new NotImplementedException();
}
