using Mesh.Model;

namespace Mesh.Client.Transport;

/// <summary>Makes the handler that sends to one endpoint. It is called once per endpoint, on its first call.</summary>
internal interface ITransportFactory
{
    HttpMessageHandler Create(string service, MeshEndpoint endpoint);
}
