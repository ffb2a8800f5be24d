using Mesh.Client.Transport;
using Mesh.Model;

namespace Mesh.Benchmarks.Tail;

/// <summary>Connects each endpoint with its backend, which others may be connected with, too.</summary>
internal sealed class BackendTransport(IReadOnlyList<Backend> backends) : ITransportFactory
{
    private const int FirstPort = 8080;

    /// <summary>The address of a backend.</summary>
    public static string AddressOf(int backend) => $"10.0.0.1:{FirstPort + backend}";

    public HttpMessageHandler Create(string service, MeshEndpoint endpoint, TransportSettings settings) =>
        backends[endpoint.Port - FirstPort];
}
