using Mesh.Model;

namespace Mesh.Client.Transport;

/// <summary>Makes the handler that sends to one endpoint. It is called on the endpoint's first call, and on the first after each change of the limit.</summary>
internal interface ITransportFactory
{
    /// <param name="service">The service that the endpoint belongs to.</param>
    /// <param name="endpoint">Where to send.</param>
    /// <param name="maxConnections">How many connections over HTTP/1.1 there may be at a time.</param>
    HttpMessageHandler Create(string service, MeshEndpoint endpoint, int maxConnections);
}
