using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Mesh.Client.AspNetCore.Tests.Infrastructure;

namespace Mesh.Client.AspNetCore.Tests.Attacks;

/// <summary>How attacks and their twins are sent. The answer is the status, or that there is none.</summary>
internal static class Calls
{
    public static Task<string> Shown(MeshedApp app, Func<TestAuthority, X509Certificate2?> certificate) => TlsAsync(app, certificate(app.Authority));

    public static async Task<string> TlsAsync(MeshedApp app, X509Certificate2? certificate, X509Certificate2Collection? between = null, string? headers = null)
    {
        using HttpClient caller = Caller.Of(app.Authority, certificate, between: between);
        return await StatusAsync(caller, app.Url.Https(), headers);
    }

    /// <summary>In plain text, or with the certificate of <c>web</c>.</summary>
    public static async Task<string> Proven(MeshedApp app, bool isProven)
    {
        using HttpClient plain = Caller.Plain();
        return isProven ? await Shown(app, authority => authority.Leaf()) : await StatusAsync(plain, app.Url, null);
    }

    public static async Task<string> Target(MeshedApp app, string target) => Word(await RawCall.StatusAsync(app.Url, target));

    public static async Task<string> Absolute(MeshedApp app, string target) => Word(await RawCall.StatusAsync(app.Url, target, host: "public.example"));

    public static async Task<string> Method(MeshedApp app, string method) => Word(await RawCall.StatusAsync(app.Url, "/", method));

    public static async Task<string> Host(MeshedApp app, string host) =>
        Word(await RawCall.StatusAsync(app.Url, "/", host: host, headers: "X-Forwarded-Host: public.example\r\nForwarded: host=public.example\r\n"));

    public static async Task<string> Headers(MeshedApp app, string headers) => Word(await RawCall.StatusAsync(app.Url, "/", headers: headers.Replace("; ", "\r\n", StringComparison.Ordinal) + "\r\n"));

    public static async Task<string> Http2(MeshedApp app, params (string, string)[] fields) =>
        await RawHttp2.StatusAsync(app.Url, fields) is { } status ? Word(status) : Attack.NoAnswer;

    public static Task<string> Fields(MeshedApp app, (string, string)[] fields) => Http2(app, [(":method", "GET"), (":scheme", "http"), .. fields]);

    /// <summary>From an address, and saying that it is from 127.0.0.2.</summary>
    public static async Task<string> From(MeshedApp app, string address)
    {
        using HttpClient caller = new(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (context, cancel) =>
            {
                Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, context.DnsEndPoint.Port), cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        return await StatusAsync(caller, app.Url, "X-Forwarded-For=127.0.0.2");
    }

    /// <summary>gRPC's status, where that is not 0.</summary>
    public static async Task<string> Grpc(MeshedApp app, string path)
    {
        using HttpClient caller = Caller.Plain(HttpVersion.Version20);
        using HttpRequestMessage request = new(HttpMethod.Post, app.Url + path) { Version = HttpVersion.Version20, Content = new ByteArrayContent([0, 0, 0, 0, 0]) };
        request.Content.Headers.ContentType = new("application/grpc");
        using HttpResponseMessage response = await caller.SendAsync(request, TestContext.Current.CancellationToken);
        return response.Headers.TryGetValues("grpc-status", out IEnumerable<string>? status) ? $"gRPC {status.Single()}" : Word((int)response.StatusCode);
    }

    private static async Task<string> StatusAsync(HttpClient caller, string url, string? header)
    {
        if (header?.Split('=', 2) is [var name, var value])
        {
            caller.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
        }

        try
        {
            using HttpResponseMessage response = await caller.GetUriAsync(url);
            return Word((int)response.StatusCode);
        }
        catch (HttpRequestException)
        {
            return Attack.NoAnswer;
        }
    }

    private static string Word(int status) => status.ToString(CultureInfo.InvariantCulture);
}
