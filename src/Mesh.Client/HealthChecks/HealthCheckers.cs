using Mesh.Client.Transport;
using Mesh.Client.Transport.Tls;
using Mesh.Model;
using Mesh.Model.HealthChecks;
using Microsoft.Extensions.Options;

namespace Mesh.Client.HealthChecks;

/// <summary>Makes what asks endpoints whether they are well, over connections that calls do not share.</summary>
internal sealed class HealthCheckers(
    ITransportFactory transports, IOptions<TransportOptions> transportOptions, HealthCheckOptions options, TimeProvider time)
{
    private readonly SilentTransports _transports = new(transports);

    /// <param name="service">The service's name, which the questions are addressed to.</param>
    /// <param name="endpoint">Who is asked.</param>
    /// <param name="security">What holds for connections to it.</param>
    /// <param name="settings">What is asked, and how often.</param>
    /// <param name="reason">Why the endpoint is thought to be unwell so far; null: it is not.</param>
    /// <returns>Null: there is nobody to ask.</returns>
    public HealthChecker? Create(string service, MeshEndpoint endpoint, ConnectionSecurity security, HealthCheckSettings settings, string? reason)
    {
        // What a handler of the application's answers for has no port; and gRPC is HTTP/2.
        bool isHandler = transportOptions.Value.Handlers.ContainsKey(service);
        if ((settings.Tcp && isHandler) || (settings.GrpcService is not null && !isHandler && endpoint.Protocols == EndpointProtocols.Http1))
        {
            return null;
        }

        // One connection is enough; but one that is busy with the rest of an answer must not keep the next question waiting.
        EndpointTransport transport = new(_transports, service, endpoint, new TransportSettings(int.MaxValue, security));
        bool isSecure = security.IsRequired || endpoint.Scheme == EndpointScheme.Https;
        string server = $"{(isSecure ? Uri.UriSchemeHttps : Uri.UriSchemeHttp)}://{service}";
        IHealthCheck check = settings switch
        {
            { HttpPath: { } path } => new HttpHealthCheck(transport, new Uri(server + path), endpoint.Protocols, settings.StatusCodes),
            { GrpcService: { } name } => new GrpcHealthCheck(transport, new Uri(server + GrpcHealthMessages.Path), name),
            _ => new TcpHealthCheck(endpoint),
        };
        return new HealthChecker(settings, endpoint, check, transport, reason, options.Random, time);
    }
}
