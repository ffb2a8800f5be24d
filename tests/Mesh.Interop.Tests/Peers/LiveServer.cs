using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Mesh.ConfigServer.Certificates;
using Mesh.ConfigServer.Hosting;
using Mesh.Model.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Interop.Tests.Peers;

/// <summary>A whole config server with a store on disk, told what to do over REST.</summary>
internal sealed class LiveServer : IAsyncDisposable
{
    private readonly string _data;
    private readonly MeshConfigServer _server;
    private readonly HttpClient _http;

    private LiveServer(string data, MeshConfigServer server)
    {
        _data = data;
        _server = server;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://{server.Addresses.Http}") };
    }

    /// <summary>Where clients find it: <c>127.0.0.1:15010</c>.</summary>
    public string Xds => _server.Addresses.Xds!;

    /// <summary>Where REST and metrics are: <c>127.0.0.1:15080</c>.</summary>
    public string Http => _server.Addresses.Http!;

    public static async Task<LiveServer> StartAsync()
    {
        string data = Directory.CreateTempSubdirectory("mesh-interop-").FullName;
        ServerSettings settings = ServerSettings.Read(
            new() { DataDirectory = Path.Combine(data, "store"), Http = "127.0.0.1:0", Xds = "127.0.0.1:0", XdsTls = "off" }, isDevelopment: true, data);
        return new LiveServer(data, await MeshConfigServer.StartAsync(
            settings, NullLoggerFactory.Instance, TimeProvider.System, TestContext.Current.CancellationToken));
    }

    /// <summary>Writes a document.</summary>
    public async Task ApplyAsync(string yaml)
    {
        using StringContent body = new(yaml, Encoding.UTF8, new MediaTypeHeaderValue("application/yaml", "utf-8"));
        using HttpResponseMessage answer = await _http.PostAsync("/api/v1/apply", body, TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>A certificate for a service of the namespace <c>default</c>, by the mesh's own authority, as files.</summary>
    public CertificateFolder Issue(string service)
    {
        CertificateAuthority authority = _server.Services.GetRequiredService<CertificateAuthority>();
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        IssuedCertificate issued = authority.Issue(new PublicKey(key), new SpiffeId(authority.Bundle.TrustDomain, "default", service), "a test");
        return CertificateFolder.Write(string.Concat(issued.Chain), key.ExportPkcs8PrivateKeyPem(), authority.Bundle.Roots[0].ExportCertificatePem(), $"spiffe://{authority.Bundle.TrustDomain}/ns/default/sa/{service}");
    }

    public async Task DeleteAsync(string service)
    {
        using HttpResponseMessage answer = await _http.DeleteAsync(
            $"/api/v1/services/default/{service}", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    /// <summary>The one client that is connected, as the server sees it.</summary>
    public async Task<JsonElement> ClientAsync()
    {
        using JsonDocument list = JsonDocument.Parse(await _http.GetStringAsync("/api/v1/clients", TestContext.Current.CancellationToken));
        return Assert.Single(list.RootElement.GetProperty("clients").EnumerateArray()).Clone();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }
}
