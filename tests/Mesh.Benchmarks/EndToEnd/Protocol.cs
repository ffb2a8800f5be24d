using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Mesh.Benchmarks.EndToEnd;

/// <summary>What calls are spoken in.</summary>
/// <param name="Name">As tables have it.</param>
/// <param name="Version">Of HTTP.</param>
/// <param name="IsGrpc">Whether it is gRPC.</param>
/// <param name="IsSecure">Over mutual TLS, but for those contenders that show what it costs.</param>
internal sealed record Protocol(string Name, Version Version, bool IsGrpc = false, bool IsSecure = false)
{
    public static Protocol Http1 { get; } = new("HTTP/1.1", HttpVersion.Version11);

    public static Protocol Http2 { get; } = new("HTTP/2", HttpVersion.Version20);

    public static Protocol Grpc { get; } = new("gRPC", HttpVersion.Version20, IsGrpc: true);

    public static Protocol SecureHttp1 { get; } = new("HTTP/1.1 mTLS", HttpVersion.Version11, IsSecure: true);

    public static Protocol SecureHttp2 { get; } = new("HTTP/2 mTLS", HttpVersion.Version20, IsSecure: true);

    public static Protocol SecureGrpc { get; } = new("gRPC mTLS", HttpVersion.Version20, IsGrpc: true, IsSecure: true);

    /// <summary>A new connection for each call, so that calls per second are handshakes per second.</summary>
    public static Protocol Handshakes { get; } = new("mTLS handshakes", HttpVersion.Version11, IsSecure: true) { ClosesConnections = true };

    public static IReadOnlyList<Protocol> All { get; } = [Http1, Http2, Grpc, SecureHttp1, SecureHttp2, SecureGrpc, Handshakes];

    public bool ClosesConnections { get; private init; }

    public bool IsHttp2 => Version == HttpVersion.Version20;

    public HttpProtocols Listening => IsHttp2 ? HttpProtocols.Http2 : HttpProtocols.Http1;

    public static Protocol Named(string name) => All.Single(protocol => protocol.Name == name);
}
