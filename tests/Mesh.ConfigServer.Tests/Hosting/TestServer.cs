using System.Net;
using System.Text;
using Mesh.ConfigServer.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Mesh.ConfigServer.Tests.Hosting;

/// <summary>A server on free ports, with a folder of its own, and a client of its REST API.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    private readonly LoggerFactory _loggers;

    private TestServer(MeshConfigServer server, string folder, FakeLoggerProvider log, LoggerFactory loggers)
    {
        Server = server;
        Folder = folder;
        Log = log.Collector;
        _loggers = loggers;
        Client = server.Addresses.Http is null ? null! : ClientOf(server.Addresses.Http);
    }

    public MeshConfigServer Server { get; }

    /// <summary>With <c>data</c>, and whatever the test puts there.</summary>
    public string Folder { get; }

    public HttpClient Client { get; }

    public FakeLogCollector Log { get; }

    public static async Task<TestServer> StartAsync(
        Action<MeshConfigServerOptions>? configure = null, bool isDevelopment = true, string? folder = null, TimeSpan storePatience = default,
        TimeProvider? time = null, Func<ServerSettings, ServerSettings>? adapt = null)
    {
        string root = folder ?? Directory.CreateTempSubdirectory("mesh-test-").FullName;
        var options = new MeshConfigServerOptions { DataDirectory = "data", Http = "127.0.0.1:0", Xds = "127.0.0.1:0", XdsTls = "off" };
        configure?.Invoke(options);
        var log = new FakeLoggerProvider();
        var loggers = new LoggerFactory([log]);
        try
        {
            MeshConfigServer server = await MeshConfigServer.StartAsync(
                (adapt ?? (settings => settings))(ServerSettings.Read(options, isDevelopment, root) with { StorePatience = storePatience }), loggers, time ?? TimeProvider.System, TestContext.Current.CancellationToken);
            return new TestServer(server, root, log, loggers);
        }
        catch
        {
            loggers.Dispose();
            if (folder is null)
            {
                Directory.Delete(root, recursive: true);
            }

            throw;
        }
    }

    public static HttpClient ClientOf(string address) =>
        new(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = s_patience }) { BaseAddress = new Uri($"http://{address}"), Timeout = s_patience };

    /// <param name="method">Of HTTP.</param>
    /// <param name="path">With the query.</param>
    /// <param name="body">JSON, unless a header says otherwise.</param>
    /// <param name="headers">Names and values.</param>
    public async Task<Answer> Send(string method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation(
                "Content-Type", headers.FirstOrDefault(header => header.Name == "Content-Type").Value ?? "application/json");
        }

        foreach ((string name, string value) in headers.Where(header => header.Name != "Content-Type"))
        {
            Assert.True(name == "Content-Encoding"
                ? request.Content!.Headers.TryAddWithoutValidation(name, value) : request.Headers.TryAddWithoutValidation(name, value));
        }

        using HttpResponseMessage response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        return await Answer.Of(response);
    }

    /// <summary>A service of one endpoint.</summary>
    public static string Service(string name, string endpoint = "127.0.0.1:5001") =>
        $$"""{"kind":"Service","name":"{{name}}","endpoints":["{{endpoint}}"]}""";

    /// <summary>Writes such a service, and must.</summary>
    public async Task<Answer> Put(string name, string endpoint = "127.0.0.1:5001")
    {
        Answer answer = await Send("PUT", $"/api/v1/services/default/{name}", Service(name, endpoint));
        Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.Created, answer.Text);
        return answer;
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        await Server.DisposeAsync();
        _loggers.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
