using Mesh.Model;

namespace Mesh.Client.Transport;

/// <summary>Makes the handler that sends to one endpoint. It is called on the endpoint's first call, and on the first after each change of the settings.</summary>
internal interface ITransportFactory
{
    /// <param name="service">The service that the endpoint belongs to.</param>
    /// <param name="endpoint">Where to send.</param>
    /// <param name="settings">What holds for its connections.</param>
    HttpMessageHandler Create(string service, MeshEndpoint endpoint, TransportSettings settings);
}
