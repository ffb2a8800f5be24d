using Mesh.Client.Transport;
using Mesh.Model;

namespace Mesh.Benchmarks.Terminals;

/// <summary>Connects every endpoint with the one terminal.</summary>
internal sealed class TerminalTransport(HttpMessageHandler terminal) : ITransportFactory
{
    public HttpMessageHandler Create(string service, MeshEndpoint endpoint, TransportSettings settings) => terminal;
}
