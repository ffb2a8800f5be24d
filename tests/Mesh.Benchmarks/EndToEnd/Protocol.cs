using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Mesh.Benchmarks.EndToEnd;

/// <summary>What calls are spoken in, without TLS.</summary>
internal sealed record Protocol(string Name, Version Version, bool IsGrpc = false)
{
    public static Protocol Http1 { get; } = new("HTTP/1.1", HttpVersion.Version11);

    public static Protocol Http2 { get; } = new("HTTP/2", HttpVersion.Version20);

    public static Protocol Grpc { get; } = new("gRPC", HttpVersion.Version20, IsGrpc: true);

    public static IReadOnlyList<Protocol> All { get; } = [Http1, Http2, Grpc];

    public bool IsHttp2 => Version == HttpVersion.Version20;

    public HttpProtocols Listening => IsHttp2 ? HttpProtocols.Http2 : HttpProtocols.Http1;

    public static Protocol Named(string name) => All.Single(protocol => protocol.Name == name);
}
