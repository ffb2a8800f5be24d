using Mesh.Model;
using Mesh.Model.Xds;

namespace Mesh.ConfigServer.Xds;

/// <summary>Puts services into the words of xDS.</summary>
internal interface IResourceEncoder
{
    /// <param name="name">What was asked for.</param>
    /// <param name="fullName">The service that it means.</param>
    /// <param name="service">Its rules and endpoints.</param>
    /// <param name="born">The generation in which it came.</param>
    /// <param name="profile">Who is to read it.</param>
    /// <param name="caller">Who asks; null where that makes no difference.</param>
    EncodedResource Encode(
        ResourceName name, string fullName, MeshService service, long born, ClientProfile profile, ServiceIdentity? caller);
}
