using System.Net.Sockets;
using System.Text;

namespace Mesh.Client.AspNetCore.Tests.Infrastructure;

/// <summary>Sends what no client would.</summary>
internal static class RawCall
{
    /// <summary>The whole answer to an HTTP/1.1 request whose first line has this target.</summary>
    public static async Task<string> SendAsync(string url, string target, string method = "GET", string? host = null, string headers = "")
    {
        Uri uri = new(url);
        using TcpClient client = new();
        await client.ConnectAsync(uri.Host, uri.Port, TestContext.Current.CancellationToken);
        await using NetworkStream stream = client.GetStream();
        string request = $"{method} {target} HTTP/1.1\r\nHost: {host ?? uri.Authority}\r\nConnection: close\r\n{headers}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        using StreamReader reader = new(stream, Encoding.ASCII);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken).InTime();
    }

    /// <summary>Its status.</summary>
    public static async Task<int> StatusAsync(string url, string target, string method = "GET", string? host = null, string headers = "") =>
        int.Parse((await SendAsync(url, target, method, host, headers)).Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
}
