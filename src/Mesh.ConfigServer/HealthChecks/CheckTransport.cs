using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using System.Net;

namespace Mesh.ConfigServer.HealthChecks;

/// <summary>
/// What questions over HTTP are sent by, whoever is asked. Each goes over a connection of its own: to keep one to everybody who is there
/// would cost more than to open it every few seconds.
/// </summary>
internal sealed class CheckTransport : IDisposable
{
    // In KB. Of what follows them nothing is read but what tells whether the instance is well.
    private const int LongestHeaders = 16;

    private readonly ApartMeters _meters = new();
    private readonly CheckConnections _connections;
    private readonly CheckTls? _tls;
    private readonly HttpMessageInvoker _invoker;

    [SuppressMessage("Security", "CA5359:Do not disable certificate validation",
        Justification = "Nothing secret is said, and what is asked is whether somebody is there: that the right one is there the callers see to.")]
    public CheckTransport(CheckConnections connections, CheckTls? tls = null)
    {
        _connections = connections;
        _tls = tls;
        _invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            PooledConnectionLifetime = TimeSpan.Zero,
            MaxResponseHeadersLength = LongestHeaders,
            MaxResponseDrainSize = 0,
            ConnectCallback = ConnectAsync,
            MeterFactory = _meters,
            ActivityHeadersPropagator = null,
            SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        });
    }

    /// <param name="request">The question.</param>
    /// <param name="read">What is wrong with the answer, of which it need not read all; null: nothing.</param>
    /// <param name="proof">Who has to answer over the mesh's TLS; null: it is not spoken.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<string?> AskAsync(
        HttpRequestMessage request, Func<HttpResponseMessage, Task<string?>> read, string? proof, CancellationToken cancellationToken)
    {
        using CheckConnection connection = new(proof);
        request.Options.Set(CheckConnection.Key, connection);
        using HttpResponseMessage response = await _invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return await read(response).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _invoker.Dispose();
        _meters.Dispose();
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        if (!context.InitialRequestMessage.Options.TryGetValue(CheckConnection.Key, out CheckConnection? connection))
        {
            throw new InvalidOperationException("The request is no question of a check's.");
        }

        IPEndPoint target = new(IPAddress.Parse(context.DnsEndPoint.Host), context.DnsEndPoint.Port);
        Stream plain = await connection.OpenAsync(_connections, target, cancellationToken).ConfigureAwait(false);
        return connection.Proof is not { } proof ? plain
            : _tls is not null ? await _tls.SecureAsync(plain, proof, context.InitialRequestMessage.Version, cancellationToken).ConfigureAwait(false)
            : throw new IOException("it takes nothing but the mesh's TLS, and this config server has no identity");
    }

    /// <summary>Gives one meter to all, under a name that nobody listens to by chance: questions are no calls of the server's.</summary>
    private sealed class ApartMeters : IMeterFactory
    {
        private readonly Meter _meter = new("Mesh.ConfigServer.HealthChecks");

        public Meter Create(MeterOptions options) => _meter;

        public void Dispose() => _meter.Dispose();
    }
}
