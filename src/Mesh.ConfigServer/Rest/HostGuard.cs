using System.Net;
using Microsoft.AspNetCore.Http;

namespace Mesh.ConfigServer.Rest;

/// <summary>
/// For a server that listens on loopback alone. A web page can have its own name resolve to 127.0.0.1 and then call as if it were of the
/// same origin (DNS rebinding); the Host header still has that name.
/// </summary>
internal static class HostGuard
{
    public static Task Check(HttpContext context, RequestDelegate next) =>
        IsLoopback(context.Request.Host.Host) ? next(context) : throw Problems.Misdirected(context.Request.Host.Value ?? "");

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address));
}
