using Mesh.Client.Transport.Tls;

namespace Mesh.Client.Transport;

/// <summary>What holds for all connections to an endpoint. Where it changes, others are made.</summary>
/// <param name="MaxConnections">How many connections over HTTP/1.1 there may be at a time.</param>
/// <param name="Security">What holds over TLS, and whether they have to be.</param>
internal sealed record TransportSettings(int MaxConnections, ConnectionSecurity Security);
