using System.Net;
using Mesh.Client.AspNetCore.Policy;
using Mesh.Client.Telemetry;
using Mesh.Model;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.AspNetCore.Tls;

/// <summary>
/// Lets in who may call a listener, by the policies and by <c>Mesh:Inbound:Tls</c> and <c>Ports</c> at the moment of the connection. Plain text and TLS share the port: the
/// first bytes tell them apart. A listener with a certificate of the application's own is left as it is.
/// </summary>
internal sealed class ListenerTls(InboundPolicyMonitor policy, TlsHandshake handshake, LiveConnections live, InboundTelemetry telemetry, TimeProvider time, ILogger<ListenerTls> logger)
{
    /// <summary>How long a caller may take to say what it speaks, and for its handshake: as long as Kestrel gives it.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(10);

    private readonly LogLimit _limit = new(time);

    public void Guard(ListenOptions listener) => listener.Use(next =>
    {
        // The application has said by now all that it has to say of the listener, and this is where it shows.
        if ($"{listener}".StartsWith(Uri.UriSchemeHttps + ":", StringComparison.Ordinal))
        {
            Guarded.Log(() => logger.ListenerNotMeshed($"{listener}"));
            return connection => next(Seen(connection));
        }

        HttpProtocols protocols = listener.Protocols;
        return connection => ServeAsync(Seen(connection), protocols, next);
    });

    private static ConnectionContext Seen(ConnectionContext connection)
    {
        connection.Features.Set(SeenConnection.Instance);
        return connection;
    }

    private async Task ServeAsync(ConnectionContext connection, HttpProtocols protocols, ConnectionDelegate next)
    {
        int port = (connection.LocalEndPoint as IPEndPoint)?.Port ?? 0;
        InboundTls mode = policy.Current.TlsOf(port);
        if (mode == InboundTls.Disabled)
        {
            await next(connection).ConfigureAwait(false);
            return;
        }

        (Opening opening, SecuredConnection? secured) = await BeginAsync(connection, port, protocols, mode).ConfigureAwait(false);
        if (secured is not null)
        {
            using LiveConnection _ = live.Add(connection, port, secured.Proof);
            await secured.RunAsync(next).ConfigureAwait(false);
        }
        else if (opening is Opening.Http2 or Opening.Other)
        {
            await ServePlainAsync(connection, port, opening == Opening.Http2 && protocols.HasFlag(HttpProtocols.Http1AndHttp2), mode, next).ConfigureAwait(false);
        }
    }

    private async Task<(Opening Opening, SecuredConnection? Secured)> BeginAsync(ConnectionContext connection, int port, HttpProtocols protocols, InboundTls mode)
    {
        using CancellationTokenSource patience = new(Patience, time);
        Opening opening = await FirstBytes.ReadAsync(connection.Transport.Input, patience.Token).ConfigureAwait(false);
        return (opening, opening == Opening.Tls ? await handshake.TryAsync(connection, port, protocols, mode, patience.Token).ConfigureAwait(false) : null);
    }

    private async Task ServePlainAsync(ConnectionContext connection, int port, bool isHttp2Chosen, InboundTls mode, ConnectionDelegate next)
    {
        if (mode == InboundTls.Strict)
        {
            telemetry.PlainConnection(port, InboundOutcome.Refused);
            _limit.Log(() => logger.PlainTextRefused($"{connection.RemoteEndPoint}", port));
            return;
        }

        telemetry.PlainConnection(port, InboundOutcome.Success);
        if (isHttp2Chosen)
        {
            PriorKnowledge.Of(connection.Features);
        }

        using LiveConnection _ = live.Add(connection, port, null);
        await next(connection).ConfigureAwait(false);
    }
}
