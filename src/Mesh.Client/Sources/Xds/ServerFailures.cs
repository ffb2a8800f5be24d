using System.Net.Sockets;
using Grpc.Core;

namespace Mesh.Client.Sources.Xds;

/// <summary>What people are told of a server that cannot be talked to.</summary>
internal static class ServerFailures
{
    /// <summary>No process has the port: what a server that was restarted or crashed looks like from the same machine, or in the same network.</summary>
    public static bool IsConnectionRefused(Exception? failure) =>
        (failure as RpcException)?.Status.DebugException?.GetBaseException() is SocketException { SocketErrorCode: SocketError.ConnectionRefused };

    /// <param name="failure">Null: the server has ended a stream without a word.</param>
    /// <param name="isOurs">Whether it is to be a config server of our own.</param>
    public static string ReasonOf(Exception? failure, bool isOurs) => failure switch
    {
        RpcException refused when IsConnectionRefused(refused) =>
            !isOurs ? "Nothing listens there."
                : "Nothing listens there. `mesh server` writes its xDS address when it starts; outside Development it has none without --insecure-xds.",
        RpcException other when SpeaksNoHttp2(other) =>
            !isOurs ? "It does not speak HTTP/2, as xDS needs it."
                : "It does not speak HTTP/2, as xDS needs it. Is it the REST port (15080 unless said otherwise)? "
            + "Clients follow the xDS port (15010 unless said otherwise); `mesh server` writes both when it starts.",
        RpcException { Status: { Detail: { Length: > 0 } detail } status } => $"{status.StatusCode}, {detail.TrimEnd('.')}.",
        null => "It ended the stream without an answer.",
        _ => failure.Message,
    };

    // HTTP_1_1_REQUIRED (RFC 9113, section 7) is what the config server's REST API answers to HTTP/2, and then it closes the connection: where
    // that is seen first, the handshake has failed.
    private static bool SpeaksNoHttp2(RpcException failure) =>
        failure.Status.DebugException is { } cause
        && (cause.GetBaseException() is HttpProtocolException { ErrorCode: 0xd }
            || cause is HttpRequestException { HttpRequestError: HttpRequestError.HttpProtocolError or HttpRequestError.InvalidResponse or HttpRequestError.ResponseEnded }
            || cause.Message.Contains("HTTP/2 handshake", StringComparison.Ordinal));
}
