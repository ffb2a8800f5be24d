using Mesh.ConfigServer;
using Mesh.ConfigServer.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>The config server as <c>mesh server</c> runs it, on files.</summary>
internal static class StoreServer
{
    /// <param name="root">Where its directories are.</param>
    /// <param name="xds">Its address for xDS; that of one before, or null for a free one.</param>
    /// <param name="configure">Which directories.</param>
    public static Task<MeshConfigServer> StartAsync(string root, string? xds, Action<MeshConfigServerOptions> configure)
    {
        MeshConfigServerOptions options = new() { Http = "127.0.0.1:0", Xds = xds ?? "127.0.0.1:0", XdsTls = "off" };
        configure(options);
        return MeshConfigServer.StartAsync(
            ServerSettings.Read(options, isDevelopment: true, root), NullLoggerFactory.Instance, TimeProvider.System, TestContext.Current.CancellationToken);
    }

    /// <summary>Writes over REST.</summary>
    public static async Task<byte[]> SendAsync(this MeshConfigServer server, string method, string path, HttpContent? body = null)
    {
        using HttpClient http = new() { BaseAddress = new Uri($"http://{server.Addresses.Http}/api/v1/") };
        using HttpRequestMessage request = new(new HttpMethod(method), path) { Content = body };
        using HttpResponseMessage response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        byte[] answer = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, System.Text.Encoding.UTF8.GetString(answer));
        return answer;
    }

    public static Task PutAsync(this MeshConfigServer server, string document) =>
        server.SendAsync("POST", "apply", new StringContent(document, null, "application/yaml"));
}
