using Mesh.ConfigServer.Registry;
using Mesh.Model;
using Mesh.Model.HealthChecks;

namespace Mesh.ConfigServer.HealthChecks;

/// <summary>What an instance is asked, and at which of its addresses.</summary>
internal sealed record HealthQuestion(HealthCheckSettings Settings, MeshEndpoint Endpoint)
{
    /// <summary>At the first address that can be asked; null: the instance does not want to be asked.</summary>
    public static HealthQuestion? Of(Registration registration) => registration.HealthCheck is not { } settings ? null
        : new HealthQuestion(
            settings,
            registration.Endpoints.First(endpoint => settings.GrpcService is null || endpoint.Protocols is not EndpointProtocols.Http1));

    // Who has to answer over the mesh's TLS, where nothing else is taken; null: plain text is, or TLS of the instance's own.
    private string? Proof => Endpoint is { Tls: TlsMode.Mesh, TakesPlainText: false } ? Endpoint.SpiffeId ?? "" : null;

    /// <summary>Whether the other one asks the same of the same.</summary>
    public bool IsSameAs(HealthQuestion other) =>
        Settings.IsSameAs(other.Settings)
        && (Endpoint.Authority, Endpoint.Scheme, Endpoint.Protocols, Proof) == (other.Endpoint.Authority, other.Endpoint.Scheme, other.Endpoint.Protocols, other.Proof);

    /// <param name="service">The service's name, which the question is addressed to.</param>
    /// <param name="connections">Over which it goes where it is not HTTP.</param>
    /// <param name="transport">What it is sent by where it is.</param>
    public IHealthCheck Check(string service, CheckConnections connections, CheckTransport transport)
    {
        string server = $"{(Endpoint.Scheme is EndpointScheme.Https || Proof is not null ? Uri.UriSchemeHttps : Uri.UriSchemeHttp)}://{Endpoint.Authority}";
        return Settings switch
        {
            { HttpPath: { } path } => new HttpHealthCheck(transport, new Uri(server + path), service, Endpoint.Protocols, Settings.StatusCodes, Proof),
            { GrpcService: { } name } => new GrpcHealthCheck(transport, new Uri(server + GrpcHealthMessages.Path), service, name, Proof),
            _ => new TcpHealthCheck(connections, Endpoint),
        };
    }
}
