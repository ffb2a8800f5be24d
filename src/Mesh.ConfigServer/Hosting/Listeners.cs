using System.Net;
using System.Net.Sockets;
using Mesh.ConfigServer.Certificates;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.Xds;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.ConfigServer.Hosting;

/// <summary>The server's sockets: what it speaks on which, within which limits.</summary>
internal sealed class Listeners(ServerSettings settings)
{
    private ListenOptions? _xds;
    private ListenOptions? _xdsTls;
    private ListenOptions? _http;

    /// <summary>After the start: with the ports that were taken.</summary>
    public ServerAddresses Addresses => new(_xds?.IPEndPoint?.ToString(), _xdsTls?.IPEndPoint?.ToString(), _http?.IPEndPoint?.ToString());

    /// <summary>The same, as sockets have them.</summary>
    public IReadOnlyCollection<IPEndPoint> EndPoints => [.. new[] { _xds?.IPEndPoint, _xdsTls?.IPEndPoint, _http?.IPEndPoint }.OfType<IPEndPoint>()];

    public void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = DocumentReader.LongestText;
        kestrel.Limits.RequestHeadersTimeout = ServerLimits.RequestHeadersTimeout;
        kestrel.Limits.Http2.KeepAlivePingDelay = ServerLimits.KeepAlivePingDelay;
        kestrel.Limits.Http2.KeepAlivePingTimeout = ServerLimits.KeepAlivePingTimeout;
        if (settings.Xds is { } xds)
        {
            kestrel.Listen(xds, listen =>
            {
                _xds = Mark(listen, Listener.Xds, xds, HttpProtocols.Http2);
                listen.CutWhenDrained();
            });
        }

        if (settings.XdsTls is { } xdsTls)
        {
            kestrel.Listen(xdsTls, listen =>
            {
                _xdsTls = Mark(listen, Listener.XdsTls, xdsTls, HttpProtocols.Http2);
                listen.CutWhenDrained();
                listen.ApplicationServices.GetRequiredService<MutualTls>().Use(listen);
            });
        }

        if (settings.Http is { } http)
        {
            // Without TLS Kestrel cannot tell HTTP/1.1 and HTTP/2 apart on one port.
            kestrel.Listen(http, listen =>
            {
                _http = Mark(listen, Listener.Http, http, HttpProtocols.Http1);
                listen.ApplicationServices.GetService<HttpCertificate>()?.Use(listen);
            });
        }
    }

    public void Configure(SocketTransportOptions sockets) => sockets.CreateBoundListenSocket = Bind;

    private static ListenOptions Mark(ListenOptions listen, Listener listener, IPEndPoint address, HttpProtocols protocols)
    {
        var feature = ListenerFeature.Of(listener, address);
        listen.Protocols = protocols;
        listen.Use(next => connection =>
        {
            connection.Features.Set(feature);
            return next(connection);
        });
        return listen;
    }

    private Socket Bind(EndPoint address)
    {
        try
        {
            return SocketTransportOptions.CreateDefaultBoundListenSocket(address);
        }
        catch (SocketException exception)
        {
            throw new IOException(
                $"The config server cannot listen on {address} ({Setting(address)}): {exception.Message}. "
                + Remedy(exception.SocketErrorCode),
                exception);
        }
    }

    private static string Remedy(SocketError error) => error switch
    {
        SocketError.AddressNotAvailable => "Choose an address of this machine.",
        SocketError.AccessDenied => "Choose another port: the system does not let this user have it.",
        _ => "Stop the process that has this port, or choose another address; port 0 takes a free one.",
    };

    private string Setting(EndPoint address) => settings.NameOf(
        address.Equals(settings.Http) ? nameof(MeshConfigServerOptions.Http)
        : address.Equals(settings.XdsTls) ? nameof(MeshConfigServerOptions.XdsTls) : nameof(MeshConfigServerOptions.Xds));
}
