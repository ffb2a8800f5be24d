extern alias server;

using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using server::Mesh.ConfigServer;
using server::Microsoft.Extensions.Hosting;

namespace Mesh.Client.AspNetCore.Tests.Infrastructure;

/// <summary>A real config server, without a document.</summary>
internal sealed class ConfigServer : IAsyncDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("mesh-server");
    private readonly IHost _host;

    private ConfigServer(int port)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = Environments.Development });
        builder.AddMeshConfigServer(options => (options.DataDirectory, options.Xds, options.XdsTls, options.Http) = (_data.FullName, $"127.0.0.1:{port}", "off", "127.0.0.1:0"));
        _host = builder.Build();
    }

    public string Address => $"http://{_host.Services.GetRequiredService<IMeshConfigServer>().Xds}";

    public int Port => new Uri(Address).Port;

    /// <summary>Writes documents, in YAML.</summary>
    /// <returns>What the server says of them.</returns>
    public async Task<HttpStatusCode> ApplyAsync(string documents)
    {
        using HttpClient client = new();
        using StringContent content = new(documents, Encoding.UTF8, "application/yaml");
        using HttpResponseMessage answer = await client.PostAsync(
            new Uri($"http://{_host.Services.GetRequiredService<IMeshConfigServer>().Http}/api/v1/apply"), content, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    public async Task DeleteAsync(string path)
    {
        using HttpClient client = new();
        using HttpResponseMessage answer = await client.DeleteAsync(
            new Uri($"http://{_host.Services.GetRequiredService<IMeshConfigServer>().Http}/api/v1/{path}"), TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    public static async Task<ConfigServer> StartAsync(int port = 0)
    {
        ConfigServer server = new(port);
        await server._host.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        _data.Delete(recursive: true);
    }
}
