using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Grpc.Core;
using Grpc.Net.Client;
using Mesh.Client.Identity;
using Mesh.Client.Sources.Xds.Bootstrap;
using Mesh.Client.Transport.Tls;
using Mesh.Model;

namespace Mesh.Client.Sources.Xds;

/// <summary>A connection to one server that nothing else uses: not the mesh, no proxy, no tracing.</summary>
internal static class XdsChannel
{
    private const int MaxMessage = 16 * 1024 * 1024;

    // A server of our own gives up who is registered there after 15 s, unless told otherwise: the client is to know of a dead connection by then.
    private static readonly TimeSpan s_pingDelay = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_pingTimeout = TimeSpan.FromSeconds(5);

    // gRPC wants a host even where there is none.
    private static readonly Uri s_local = new("http://localhost");

    /// <param name="address">The server.</param>
    /// <param name="server">How it is talked to; null: as a config server of our own.</param>
    /// <param name="self">Who we are to one of our own over TLS.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="TlsFileException">A certificate cannot be used.</exception>
    public static GrpcChannel Open(Uri address, XdsServer? server, WorkloadIdentity? self, TimeProvider time) => GrpcChannel.ForAddress(
        address.Scheme == XdsServer.UnixScheme ? s_local : address,
        new GrpcChannelOptions { HttpHandler = Handler(address, server, self, time), DisposeHttpClient = true, MaxReceiveMessageSize = MaxMessage });

    /// <summary>What goes with each stream. The token's file is read each time, for tokens are renewed there.</summary>
    public static async Task<Metadata> HeadersAsync(XdsServer? server, CancellationToken cancellationToken)
    {
        Metadata headers = [];
        if (server?.TokenFile is { } file)
        {
            string token = (await File.ReadAllTextAsync(file, cancellationToken).ConfigureAwait(false)).Trim();
            headers.Add("authorization", token.Length > 0 ? $"Bearer {token}" : throw new InvalidDataException($"'{file}' is to have a token in it, and is empty."));
        }

        return headers;
    }

    // Pings find a connection that is half open; without a propagator there is no tracing on it.
    private static SocketsHttpHandler Handler(Uri address, XdsServer? server, WorkloadIdentity? self, TimeProvider time)
    {
        SocketsHttpHandler handler = new()
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            KeepAlivePingDelay = server is null ? s_pingDelay : TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = server is null ? s_pingTimeout : TimeSpan.FromSeconds(10),
        };
        if (address.Scheme == XdsServer.UnixScheme)
        {
            handler.ConnectCallback = async (_, cancellationToken) =>
                new NetworkStream(await XdsDialer.DialAsync(address, cancellationToken).ConfigureAwait(false), ownsSocket: true);
        }

        if (self is not null)
        {
            handler.SslOptions = ConfigServerTls.Options(self.Trust, self, time);
        }

        if (server?.Tls is { } files)
        {
            // Read for each stream, which has a connection of its own: so changed files need not be followed.
            TlsCertificates certificates = TlsCertificates.Read(files, "/");
            SslClientAuthenticationOptions options = new() { TargetHost = address.DnsSafeHost };
            IServerCheck check =
                ConnectionSecurity.For(files.ClientCertificate is null ? TlsMode.Simple : TlsMode.Mutual, settings: null, certificates).Apply(options);

            RemoteCertificateValidationCallback accepts = options.RemoteCertificateValidationCallback!;

            // A refusal without an exception would be told of without its reason.
            options.RemoteCertificateValidationCallback = (sender, certificate, chain, errors) =>
                accepts(sender, certificate, chain, errors) ? true : throw new AuthenticationException(check.Refusal);
            handler.SslOptions = options;
        }

        return handler;
    }
}
