using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Mesh.Client.AspNetCore.Tls;

/// <summary>
/// Has Kestrel speak HTTP/2 on one connection in plain text. On a listener of both versions it does so only where TLS has agreed on it, so this says
/// that it has, for just as long as Kestrel decides: it looks whether there is TLS, then what was agreed on, and nowhere again before the request.
/// </summary>
internal sealed class PriorKnowledge : ITlsConnectionFeature, ITlsApplicationProtocolFeature
{
    private static readonly byte[] s_http2 = "h2"u8.ToArray();

    private readonly IFeatureCollection _connection;

    private PriorKnowledge(IFeatureCollection connection) => _connection = connection;

    public X509Certificate2? ClientCertificate { get; set; }

    public ReadOnlyMemory<byte> ApplicationProtocol
    {
        get
        {
            _connection.Set<ITlsConnectionFeature>(null);
            _connection.Set<ITlsApplicationProtocolFeature>(null);
            return s_http2;
        }
    }

    public static void Of(IFeatureCollection connection)
    {
        PriorKnowledge knowledge = new(connection);
        connection.Set<ITlsConnectionFeature>(knowledge);
        connection.Set<ITlsApplicationProtocolFeature>(knowledge);
    }

    public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult<X509Certificate2?>(null);
}
