using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Mesh.ConfigServer.Hosting;
using Mesh.ConfigServer.Store;
using Mesh.ConfigServer.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Tests.Hosting;

public class HostingTests
{
    [Fact]
    public async Task The_ready_file_has_the_addresses_taken_and_goes_with_the_server()
    {
        await using TestServer server = await TestServer.StartAsync(options => options.ReadyFile = "run/ready.json");
        string file = Path.Combine(server.Folder, "run", "ready.json");
        JsonElement ready = JsonDocument.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).RootElement;

        Assert.Equal(["xds", "xdsTls", "http"], ready.EnumerateObject().Select(property => property.Name));
        Assert.Equal(server.Server.Addresses.Xds, ready.GetProperty("xds").GetString());
        Assert.Equal(JsonValueKind.Null, ready.GetProperty("xdsTls").ValueKind);
        Assert.Equal(server.Server.Addresses.Http, ready.GetProperty("http").GetString());
        Assert.Equal([file], Directory.GetFiles(Path.GetDirectoryName(file)!));
        Assert.NotEqual(0, IPEndPoint.Parse(ready.GetProperty("http").GetString()!).Port);

        await server.Server.StopAsync(TestContext.Current.CancellationToken);
        Assert.False(File.Exists(file));
        Assert.True(server.Server.Stopped.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_ready_file_that_cannot_be_written_ends_the_start()
    {
        string inAFile = Path.Combine(typeof(HostingTests).Assembly.Location, "ready.json");
        IOException refused = await Assert.ThrowsAsync<IOException>(() => TestServer.StartAsync(options => options.ReadyFile = inAFile));
        Assert.Contains(inAFile, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ready_file_that_cannot_be_put_in_its_place_leaves_nothing()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["ready.json"]);
        await Assert.ThrowsAsync<IOException>(() => TestServer.StartAsync(options => options.ReadyFile = folder["ready.json"]));
        Assert.Equal([folder["ready.json"]], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task A_ready_file_that_cannot_be_deleted_ends_the_start()
    {
        const string Stuck = "/proc/version";
        Assert.SkipUnless(File.Exists(Stuck), "Only Linux has a file that nobody can delete.");

        IOException refused = await Assert.ThrowsAsync<IOException>(() => TestServer.StartAsync(options => options.ReadyFile = Stuck));
        Assert.StartsWith($"The ready file {Stuck} cannot be deleted: ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_ends_the_start_with_its_name_and_the_remedy()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        string taken = other.LocalEndpoint.ToString()!;

        IOException refused = await Assert.ThrowsAsync<IOException>(() => TestServer.StartAsync(options => options.Http = taken));
        Assert.Contains($"{taken} (Http)", refused.Message, StringComparison.Ordinal);
        Assert.Contains("port 0", refused.Message, StringComparison.Ordinal);
        refused = await Assert.ThrowsAsync<IOException>(() => TestServer.StartAsync(options => options.Xds = taken));
        Assert.Contains($"{taken} (Xds)", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outside_development_xds_is_off_and_the_log_says_what_to_do()
    {
        await using TestServer server = await TestServer.StartAsync(isDevelopment: false);

        Assert.Null(server.Server.Addresses.Xds);
        Assert.NotNull(server.Server.Addresses.Http);
        Assert.Contains("set InsecureXds.", Assert.Single(server.Server.Notices).Text, StringComparison.Ordinal);
        Assert.Contains(server.Log.GetSnapshot(), line => line.Level == LogLevel.Warning && line.Message.StartsWith("xDS is off: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Outside_development_xds_is_on_when_asked_for()
    {
        await using TestServer server = await TestServer.StartAsync(options => options.InsecureXds = true, isDevelopment: false);
        Assert.NotNull(server.Server.Addresses.Xds);
        Assert.Empty(server.Server.Notices);
    }

    [Fact]
    public async Task An_open_address_is_warned_of()
    {
        await using TestServer server = await TestServer.StartAsync(options =>
        {
            options.Http = "0.0.0.0:0";
            options.InsecureHttp = true;
            options.AdminTokenFile = "admin.token";
        });
        Assert.Contains(server.Log.GetSnapshot(), line => line.Level == LogLevel.Warning && line.Message.Contains("change every rule", StringComparison.Ordinal));

        using HttpClient client = TestServer.ClientOf(server.Server.Addresses.Http!.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal));
        client.DefaultRequestHeaders.Host = "mesh.example";
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("/healthz", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task What_is_off_is_not_served()
    {
        await using TestServer server = await TestServer.StartAsync(options => options.Http = "off");
        Assert.Null(server.Server.Addresses.Http);
        Assert.NotNull(server.Server.Addresses.Xds);
    }

    [Fact]
    public async Task The_xds_port_serves_nothing_of_the_REST_API()
    {
        await using TestServer server = await TestServer.StartAsync();
        using HttpClient client = TestServer.ClientOf(server.Server.Addresses.Xds!);
        foreach (string path in (string[])["/api/v1/documents", "/healthz", "/metrics", "/openapi/v1.json", "/nothing"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
    }

    [Fact]
    public async Task In_an_application_it_touches_nothing_of_the_application()
    {
        string folder = Directory.CreateTempSubdirectory("mesh-test-").FullName;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Development", ContentRootPath = folder });
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.Logging.ClearProviders().AddFakeLogging();
        builder.AddMeshConfigServer(options => options.Http = "127.0.0.1:0").AddMeshConfigServer(options => (options.Xds, options.XdsTls) = ("127.0.0.1:0", "127.0.0.1:0"));
        WebApplication app = builder.Build();
        app.Use((context, next) =>
        {
            context.Response.Headers["x-app"] = "yes";
            return next(context);
        });
        app.MapGet("/", () => "the application");
        IMeshConfigServer server = app.Services.GetRequiredService<IMeshConfigServer>();
        Assert.Null(server.Http);

        await app.StartAsync(TestContext.Current.CancellationToken);
        string own = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        using (var client = new HttpClient { BaseAddress = new Uri(own) })
        using (HttpClient rest = TestServer.ClientOf(server.Http!))
        {
            Assert.Equal("the application", await client.GetStringAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken));
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(new Uri("/api/v1/status", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
            HttpResponseMessage status = await rest.GetAsync(new Uri("/api/v1/status", UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, status.StatusCode);
            Assert.False(status.Headers.Contains("x-app"));
            Assert.Equal(HttpStatusCode.NotFound, (await rest.GetAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
        }

        Assert.Contains(app.Services.GetFakeLogCollector().GetSnapshot(), line => line.Category == "Mesh.ConfigServer" && line.Message.Contains(server.Http!, StringComparison.Ordinal));
        string http = server.Http!;
        await app.StopAsync(TestContext.Current.CancellationToken);
        await app.DisposeAsync();
        Directory.Delete(folder, recursive: true);
        using HttpClient late = TestServer.ClientOf(http);
        await Assert.ThrowsAsync<HttpRequestException>(() => late.GetAsync(new Uri("/healthz", UriKind.Relative), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_server_that_is_well_logs_its_own_lines_and_no_warnings()
    {
        await using TestServer server = await TestServer.StartAsync(options => options.XdsTls = "127.0.0.1:0", isDevelopment: false);
        await server.Put("catalog");
        Assert.All(server.Log.GetSnapshot(), line => Assert.True((line.Level == LogLevel.Information || line.Message.StartsWith("xDS is off", StringComparison.Ordinal)) && line.Category!.StartsWith("Mesh.", StringComparison.Ordinal), line.ToString()));
        Assert.Contains(server.Log.GetSnapshot(), line => line.Message.Contains(server.Server.Addresses.Http!, StringComparison.Ordinal) && line.Message.Contains(server.Folder, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Bad_options_end_the_hosts_start()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.AddMeshConfigServer(options => options.Http = "nonsense");
        using IHost host = builder.Build();
        await Assert.ThrowsAsync<Mesh.Client.MeshConfigurationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_directory_that_cannot_be_had_is_told_by_the_option_that_names_it()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        string data = Path.Combine(typeof(HostingTests).Assembly.Location, "mesh");
        builder.AddMeshConfigServer(options => (options.DataDirectory, options.Http, options.XdsTls) = (data, "127.0.0.1:0", "127.0.0.1:0"));
        using IHost host = builder.Build();

        IOException refused = await Assert.ThrowsAsync<IOException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.StartsWith($"{data} cannot be used for the store: ", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith("or give DataDirectory a directory that this user may write.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_cannot_be_built_leaves_the_directory_free()
    {
        using var folder = new TempFolder();
        using var loggers = new BrokenLoggers();
        var settings = ServerSettings.Read(
            new MeshConfigServerOptions { DataDirectory = "data", Http = "127.0.0.1:0", XdsTls = "127.0.0.1:0" }, isDevelopment: false, folder.Path);

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => MeshConfigServer.StartAsync(settings, loggers, TimeProvider.System, TestContext.Current.CancellationToken));

        SqliteDatabase.Open(settings.DataDirectory, "DataDirectory", TimeProvider.System).Dispose();
    }

    [Fact]
    public async Task Requests_in_flight_are_answered_while_the_server_stops_and_it_is_not_ready_then()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.Put("catalog");
        using var slow = new TcpClient();
        await slow.ConnectAsync(IPEndPoint.Parse(server.Server.Addresses.Http!), TestContext.Current.CancellationToken);
        NetworkStream stream = slow.GetStream();
        byte[] body = System.Text.Encoding.UTF8.GetBytes(TestServer.Service("late"));
        string head = $"PUT /api/v1/services/default/late HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nExpect: 100-continue\r\n\r\n";
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(head), TestContext.Current.CancellationToken);

        // The server asks for the body once the request is in the handler's hands.
        byte[] buffer = new byte[4096];
        int read = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken);
        Assert.StartsWith("HTTP/1.1 100", System.Text.Encoding.ASCII.GetString(buffer, 0, read), StringComparison.Ordinal);

        server.Server.AnnounceStop();
        (await server.Send("GET", "/readyz")).IsProblem(HttpStatusCode.ServiceUnavailable, "stops");
        (await server.Send("GET", "/healthz")).IsOk();
        Task stop = server.Server.StopAsync(TestContext.Current.CancellationToken);
        Assert.False(stop.IsCompleted);

        await stream.WriteAsync(body, TestContext.Current.CancellationToken);
        read = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken);
        Assert.StartsWith("HTTP/1.1 201", System.Text.Encoding.ASCII.GetString(buffer, 0, read), StringComparison.Ordinal);
        await stop.WaitAsync(TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_stop_does_not_wait_longer_than_it_may()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var slow = new TcpClient();
        await slow.ConnectAsync(IPEndPoint.Parse(server.Server.Addresses.Http!), TestContext.Current.CancellationToken);
        NetworkStream stream = slow.GetStream();
        await stream.WriteAsync("PUT /api/v1/services/default/late HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.NotEqual(0, await stream.ReadAsync(new byte[4096], TestContext.Current.CancellationToken));

        using var bound = new CancellationTokenSource();
        Task stop = server.Server.StopAsync(bound.Token);
        Assert.False(stop.IsCompleted);
        await bound.CancelAsync();
        await stop.WaitAsync(TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken);
    }

    private sealed class BrokenLoggers : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => categoryName == "Mesh.ConfigServer"
            ? Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance : throw new InvalidOperationException("No logger.");

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }
    }
}
