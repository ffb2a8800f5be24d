extern alias server;

using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
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

    private ConfigServer(int port, string? trustDomain, bool isSecure)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { EnvironmentName = isSecure ? Environments.Production : Environments.Development });
        builder.AddMeshConfigServer(options =>
        {
            (options.DataDirectory, options.Http, options.TrustDomain) = (_data.FullName, "127.0.0.1:0", trustDomain);
            (options.Xds, options.XdsTls) = isSecure ? ("off", $"127.0.0.1:{port}") : ($"127.0.0.1:{port}", "off");
        });
        _host = builder.Build();
    }

    public string Address => Running.Xds is { } xds ? $"http://{xds}" : $"https://{Running.XdsTls}";

    public int Port => new Uri(Address).Port;

    private IMeshConfigServer Running => _host.Services.GetRequiredService<IMeshConfigServer>();

    /// <summary>Writes documents, in YAML.</summary>
    /// <returns>What the server says of them.</returns>
    public async Task<HttpStatusCode> ApplyAsync(string documents)
    {
        using HttpClient client = new();
        using StringContent content = new(documents, Encoding.UTF8, "application/yaml");
        using HttpResponseMessage answer = await client.PostAsync(
            new Uri($"http://{Running.Http}/api/v1/apply"), content, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    public async Task DeleteAsync(string path)
    {
        using HttpClient client = new();
        using HttpResponseMessage answer = await client.DeleteAsync(
            new Uri($"http://{Running.Http}/api/v1/{path}"), TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    /// <param name="port">Of xDS; 0: any.</param>
    /// <param name="trustDomain">Null: the mesh's own.</param>
    /// <param name="isSecure">True: outside Development, with mutual TLS alone.</param>
    public static async Task<ConfigServer> StartAsync(int port = 0, string? trustDomain = null, bool isSecure = false)
    {
        ConfigServer server = new(port, trustDomain, isSecure);
        await server._host.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    /// <summary>By which one process of the service joins.</summary>
    public async Task<string> TokenAsync(string service)
    {
        using HttpClient http = new();
        using HttpResponseMessage answer = await http.PostAsJsonAsync(
            $"http://{Running.Http}/api/v1/tokens", new { service, uses = 1 }, TestContext.Current.CancellationToken);
        JsonElement created = await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        return created.GetProperty("text").GetString()!;
    }

    /// <summary>How the only endpoint of a service is, and why it is unhealthy; empty: there is none.</summary>
    public async Task<(string State, string? Reason)> StateOfAsync(string service)
    {
        using HttpClient http = new();
        JsonElement answer = await http.GetFromJsonAsync<JsonElement>(
            $"http://{Running.Http}/api/v1/endpoints?service={service}&namespace=default", TestContext.Current.CancellationToken);
        return answer.GetProperty("services").EnumerateArray().SelectMany(found => found.GetProperty("endpoints").EnumerateArray())
            .Select(endpoint => (endpoint.GetProperty("state").GetString()!, endpoint.TryGetProperty("reason", out JsonElement reason) ? reason.GetString() : null))
            .SingleOrDefault(("", null));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        _data.Delete(recursive: true);
    }
}
