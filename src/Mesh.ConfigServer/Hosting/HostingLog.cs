using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Hosting;

/// <summary>What the server logs of its life.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(140, LogLevel.Information, "The config server listens: REST {Http}, xDS {Xds}, over mutual TLS {XdsTls}. It keeps its documents in {Store}.",
        EventName = "ServerStarted")]
    public static partial void ServerStarted(this ILogger logger, string http, string xds, string xdsTls, string store);

    [LoggerMessage(141, LogLevel.Warning, "{Notice}", EventName = "ServerNotice")]
    public static partial void Notice(this ILogger logger, string notice);

    [LoggerMessage(142, LogLevel.Warning, "{Warning}", EventName = "ServerIsOpen")]
    public static partial void IsOpen(this ILogger logger, string warning);

    [LoggerMessage(174, LogLevel.Information, "REST is served by {Certificate}, which holds until {NotAfter:u}.", EventName = "HttpCertificateRead")]
    public static partial void HttpCertificateRead(this ILogger logger, string certificate, DateTime notAfter);

    [LoggerMessage(175, LogLevel.Error, "The certificate of REST has changed, and cannot be used; the one before stays. {Reason}", EventName = "HttpCertificateNotRead")]
    public static partial void HttpCertificateNotRead(this ILogger logger, string reason);

    [LoggerMessage(143, LogLevel.Information, "The config server stops.", EventName = "ServerStopping")]
    public static partial void ServerStopping(this ILogger logger);

    [LoggerMessage(144, LogLevel.Warning, "A ready file is left behind. {Reason}", EventName = "ReadyFileLeft")]
    public static partial void ReadyFileLeft(this ILogger logger, string reason);

    [LoggerMessage(153, LogLevel.Information,
        "The store is waited for, {Seconds} s at most, in case that the other server is about to stop. {Reason}",
        EventName = "WaitsForStore")]
    public static partial void WaitsForStore(this ILogger logger, double seconds, string reason);
}
