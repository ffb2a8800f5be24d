using Mesh.Client.AspNetCore.Tls;
using Mesh.Model.Authorization;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Mesh.Client.AspNetCore.Authorization;

/// <summary>Reads what policies may ask about a call, as the web server has it before anybody changes it.</summary>
internal static class CallReader
{
    private static readonly Func<object, string, StringValues> s_headers = static (headers, name) => ((IHeaderDictionary)headers)[name];

    public static CallFacts Read(HttpContext context, PeerProof? proof)
    {
        HttpRequest request = context.Request;
        return new CallFacts
        {
            Method = request.Method,
            Path = request.Path.Value ?? "",
            Host = request.Host.Value ?? "",
            Port = context.Connection.LocalPort,
            Peer = proof?.Id,
            RemoteAddress = context.Connection.RemoteIpAddress,
            ServerName = context.Features.Get<ITlsHandshakeFeature>() is { } tls ? tls.HostName : request.IsHttps ? null : "",
            Carrier = request.Headers,
            HeaderReader = s_headers,
        };
    }
}
