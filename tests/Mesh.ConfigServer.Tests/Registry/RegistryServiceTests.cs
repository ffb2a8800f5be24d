using Grpc.Core;
using Mesh.ConfigServer.Hosting;
using Mesh.ConfigServer.Registry;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Store;
using Mesh.ConfigServer.Tests.Hosting;
using Mesh.ConfigServer.Tests.Infrastructure;
using Mesh.Model.Xds.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using Registration = Mesh.Model.Xds.Wire.Registration;
using Status = Grpc.Core.Status;

namespace Mesh.ConfigServer.Tests.Registry;

/// <summary>Over real connections, with a client that watches.</summary>
public class RegistryServiceTests
{
    private static readonly TimeSpan s_short = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task A_process_that_registers_is_called_until_it_withdraws()
    {
        await using TestServer server = await TestServer.StartAsync();
        string xds = server.Server.Addresses.Xds!;
        using EndpointsWatcher watcher = await EndpointsWatcher.StartAsync(xds, "catalog.default");
        Assert.Equal("-", await watcher.ReadAsync());

        using RegistryClient first = new(xds);
        Registered registered = await first.RegisterAsync(Messages.Registration("catalog", "i-1", 5001));
        Assert.Equal(["127.0.0.1:5001"], registered.Addresses);
        Assert.Equal((1, 5, 15), (registered.Epoch, registered.KeepAliveInterval.Seconds, registered.Ttl.Seconds));
        Assert.Equal("127.0.0.1:5001", await watcher.ReadAsync());

        using RegistryClient second = await RegistryClient.RegisterAsync(xds, Messages.Registration("catalog", "i-2", 5002));
        await watcher.ReadUntilAsync("127.0.0.1:5001 127.0.0.1:5002");
        await first.KeepAliveAsync();
        await first.AskToWithdrawAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("127.0.0.1:5002", await watcher.ReadAsync(confirm: false));
        Task<RegisterResponse> answer = first.ReadAsync();
        Assert.False(answer.IsCompleted);
        await watcher.ConfirmAsync();
        Assert.Equal(new Withdrawn { Clients = 1, Behind = 0 }, (await answer).Withdrawn);
        Assert.Equal(StatusCode.OK, (await first.EndAsync()).StatusCode);

        // The last one goes, and the service stays.
        await second.AskToWithdrawAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("", await watcher.ReadAsync());
        Assert.Equal(1u, (await second.ReadAsync()).Withdrawn.Clients);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_refuses_or_says_nothing_is_behind(bool refuses)
    {
        await using TestServer server = await TestServer.StartAsync();
        string xds = server.Server.Addresses.Xds!;
        using RegistryClient process = await RegistryClient.RegisterAsync(xds, Messages.Registration("catalog", "i-1", 5001));
        using EndpointsWatcher watcher = await EndpointsWatcher.StartAsync(xds, "catalog.default");
        using EndpointsWatcher other = await EndpointsWatcher.StartAsync(xds, "other.default");
        Assert.Equal("127.0.0.1:5001", await watcher.ReadAsync());
        await process.AskToWithdrawAsync(refuses ? TimeSpan.FromSeconds(30) : TimeSpan.FromMilliseconds(200));
        Assert.Equal("", await watcher.ReadAsync(confirm: false));
        await (refuses ? watcher.RefuseAsync() : Task.CompletedTask);
        Assert.Equal(new Withdrawn { Clients = 1, Behind = 1 }, (await process.ReadAsync()).Withdrawn);
    }

    [Fact]
    public async Task A_process_whose_connection_is_cut_is_gone_when_its_time_is_over()
    {
        await using TestServer server = await TestServer.StartAsync(options => options.RegistrationTtl = s_short);
        string xds = server.Server.Addresses.Xds!;
        using RegistryClient stays = await RegistryClient.RegisterAsync(xds, Messages.Registration("catalog", "i-0", 5000));
        using (await RegistryClient.RegisterAsync(xds, Messages.Registration("catalog", "i-1", 5001)))
        {
        }

        using EndpointsWatcher watcher = await EndpointsWatcher.StartAsync(xds, "catalog.default");
        await watcher.ReadUntilAsync("127.0.0.1:5000 127.0.0.1:5001");
        using CancellationTokenSource ended = new();
        Task alive = KeepAliveAsync(stays, ended.Token);
        Assert.Equal("127.0.0.1:5000", await watcher.ReadAsync());
        await ended.CancelAsync();
        await alive;

        // One that hangs is told that it is given up.
        Assert.Equal("", await watcher.ReadAsync());
        Assert.Equal(StatusCode.Unavailable, (await stays.EndAsync()).StatusCode);
    }

    [Fact]
    public async Task Over_a_restart_nobody_is_lost_and_nothing_is_said_not_to_exist()
    {
        string folder = Directory.CreateTempSubdirectory("mesh-test-").FullName;
        await using (MeshConfigServer server = await StartAsync(folder, TimeSpan.FromMinutes(1)))
        {
            using RegistryClient process = await RegistryClient.RegisterAsync(server.Addresses.Xds!, Messages.Registration("catalog", "i-1", 5001));
            using RegistryClient leaves = await RegistryClient.RegisterAsync(server.Addresses.Xds!, Messages.Registration("catalog", "i-2", 5002));
            await leaves.AskToWithdrawAsync(TimeSpan.Zero);
            await leaves.ReadAsync();
            Task<Status> end = process.EndAsync();
            await server.StopAsync(TestContext.Current.CancellationToken).InTime();
            Assert.Equal(StatusCode.Unavailable, (await end).StatusCode);
        }

        await using (MeshConfigServer server = await StartAsync(folder, TimeSpan.FromMinutes(1)))
        {
            using EndpointsWatcher watcher = await EndpointsWatcher.StartAsync(server.Addresses.Xds!, "catalog.default");
            Assert.Equal("127.0.0.1:5001", await watcher.ReadAsync());
            using EndpointsWatcher early = await EndpointsWatcher.StartAsync(server.Addresses.Xds!, "pricing.default");
            Assert.Equal("nothing", await early.ReadAsync());
            Assert.NotEmpty(early.Last.SystemVersionInfo);

            // What comes meanwhile is told at once.
            using RegistryClient process = await RegistryClient.RegisterAsync(server.Addresses.Xds!, Messages.Registration("pricing", "i-3", 5003));
            Assert.Equal("127.0.0.1:5003", await early.ReadAsync());
        }

        await using (MeshConfigServer server = await StartAsync(folder, TimeSpan.FromMilliseconds(500)))
        {
            using EndpointsWatcher watcher = await EndpointsWatcher.StartAsync(server.Addresses.Xds!, "nobody.default");
            await watcher.ReadUntilAsync("-");
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Beside_a_watched_folder_registrations_are_kept_too()
    {
        string folder = Directory.CreateTempSubdirectory("mesh-test-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "rules"));
        await using (MeshConfigServer server = await StartAsync(folder, TimeSpan.FromMinutes(1), "rules"))
        {
            using RegistryClient process = await RegistryClient.RegisterAsync(server.Addresses.Xds!, Messages.Registration("catalog", "i-1", 5001));
        }

        await using (MeshConfigServer server = await StartAsync(folder, TimeSpan.FromMinutes(1), "rules"))
        {
            using EndpointsWatcher watcher = await EndpointsWatcher.StartAsync(server.Addresses.Xds!, "catalog.default");
            Assert.Equal("127.0.0.1:5001", await watcher.ReadAsync());
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Who_cannot_be_kept_is_refused_and_those_that_are_known_hold()
    {
        ServerSettings settings = ServerSettings.Read(
            new MeshConfigServerOptions { Http = "off", Xds = "127.0.0.1:0", XdsTls = "off" }, isDevelopment: true, Path.GetTempPath());
        Listeners listeners = new(settings);
        await using MeshStore store = await MeshStore.OpenAsync(
            new MemoryGenerations(TimeProvider.System), TimeProvider.System, NullLogger.Instance, TestContext.Current.CancellationToken);
        OpenedStore opened = new(store, new FullRegistrations(), [RegistryBench.Of("i-0", "catalog.default", "127.0.0.1:5000")], IsNew: true);
        await using WebApplication app = ServerApp.Build(settings, listeners, opened, NullLoggerFactory.Instance, TimeProvider.System);
        await app.StartAsync(TestContext.Current.CancellationToken);
        string xds = listeners.Addresses.Xds!;
        using EndpointsWatcher watcher = await EndpointsWatcher.StartAsync(xds, "catalog.default");
        Assert.Equal("127.0.0.1:5000", await watcher.ReadAsync());
        using RegistryClient process = new(xds);
        await process.SendAsync(new RegisterRequest { Registration = Messages.Registration("catalog", "i-1", 5001) });
        Status end = await process.EndAsync();
        Assert.Equal((StatusCode.Unavailable, "The registration cannot be kept. full"), (end.StatusCode, end.Detail));
        using RegistryClient known = await RegistryClient.RegisterAsync(xds, Messages.Registration("catalog", "i-0", 5000));
        await known.KeepAliveAsync();

        // Nobody stays in force who was refused.
        IMeshStates states = app.Services.GetRequiredService<IMeshStates>();
        await Eventually.Holds(() => RegistryBench.Text(states.Current, "catalog.default") == "127.0.0.1:5000");
        Assert.Equal("i-0", Assert.Single(app.Services.GetRequiredService<IRegistrations>().Find("catalog.default")!.Instances).Registration.Instance);
        await app.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Who_says_too_much_is_read_later()
    {
        await using TestServer server = await TestServer.StartAsync();
        using RegistryClient process = await RegistryClient.RegisterAsync(server.Server.Addresses.Xds!, Messages.Registration("catalog", "i-1", 5001));
        for (int i = 0; i < 20; i++)
        {
            await process.SendAsync(new RegisterRequest { Registration = Messages.Registration("catalog", "i-1", 6000 + i) });
        }

        // All of it counts in the end.
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal([$"127.0.0.1:{6000 + i}"], (await process.ReadAsync()).Registered.Addresses);
        }
    }

    [Fact]
    public async Task What_a_kept_registration_was_is_in_the_database_and_not_in_a_backup()
    {
        await using TestServer server = await TestServer.StartAsync();
        using RegistryClient process = await RegistryClient.RegisterAsync(server.Server.Addresses.Xds!, Messages.Registration("catalog", "unmistakable", 5001));
        using HttpResponseMessage backup = await server.Client.GetAsync(new Uri("/api/v1/backup", UriKind.Relative), TestContext.Current.CancellationToken);
        string file = Path.Combine(server.Folder, "backup");
        await File.WriteAllBytesAsync(file, await backup.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        Assert.Equal((1, 0), (Count(Path.Combine(server.Folder, "data", "mesh.db")), Count(file)));
        Assert.DoesNotContain("unmistakable", System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)), StringComparison.Ordinal);

        static long Count(string file)
        {
            using SqliteConnection connection = SqliteConnections.Open(file, SqliteOpenMode.ReadOnly);
            return SqliteCommands.Scalar<long>(connection, "SELECT count(*) FROM registrations");
        }
    }

    [Fact]
    public async Task Of_two_with_one_instance_one_is_told_to_go()
    {
        await using TestServer server = await TestServer.StartAsync();
        string xds = server.Server.Addresses.Xds!;
        Registration registration = Messages.Registration("catalog", "i-1", 5001);
        using RegistryClient first = await RegistryClient.RegisterAsync(xds, registration);
        using RegistryClient other = new(xds);
        await other.SendAsync(new RegisterRequest { Registration = Messages.Registration("catalog", "i-1", 5002) });
        Assert.Equal(StatusCode.Aborted, (await other.EndAsync()).StatusCode);

        // From the same place it is the same process, whose stream has broken.
        using RegistryClient same = await RegistryClient.RegisterAsync(xds, registration);
        Assert.Equal(StatusCode.Aborted, (await first.EndAsync()).StatusCode);

        registration.Epoch = 2;
        using RegistryClient newer = await RegistryClient.RegisterAsync(xds, registration);
        Assert.Equal(StatusCode.Aborted, (await same.EndAsync()).StatusCode);

        // Its end does not take the newer one with it.
        using EndpointsWatcher watcher = await EndpointsWatcher.StartAsync(xds, "catalog.default");
        Assert.Equal("127.0.0.1:5001", await watcher.ReadAsync());
        await newer.KeepAliveAsync();
    }

    [Fact]
    public async Task What_is_no_registration_is_refused_with_its_field()
    {
        await using TestServer server = await TestServer.StartAsync();
        Assert.Equal(
            (StatusCode.InvalidArgument, "registration.addresses[0].host: 192.0.2.1 is not the address that the stream comes from (127.0.0.1). "
                + "Where that is meant, such as behind NAT, add its range to AddressRanges of the server."),
            await RefusalAsync(server, request => request.Registration.Addresses[0].Host = "192.0.2.1"));
        Assert.Equal(StatusCode.InvalidArgument, (await RefusalAsync(server, request => request.KeepAlive = new KeepAlive())).Code);
        Assert.Equal(StatusCode.InvalidArgument, (await RefusalAsync(server, request => request.Withdrawal = new Withdrawal())).Code);
        Assert.Equal(StatusCode.InvalidArgument, (await RefusalAsync(server, request => request.ClearMessage())).Code);

        using RegistryClient process = await RegistryClient.RegisterAsync(server.Server.Addresses.Xds!, Messages.Registration("catalog", "i-1", 5001));
        await process.SendAsync(new RegisterRequest { Registration = Messages.Registration("catalog", "i-2", 5001) });
        Assert.Equal(StatusCode.InvalidArgument, (await process.EndAsync()).StatusCode);
        
        // Each reason once, with the process that it is about.
        string[] refusals = [.. server.Log.GetSnapshot().Where(line => line.Id.Id == 160).Select(line => line.Message)];
        Assert.Equal(4, refusals.Length);
        Assert.StartsWith("The registration of catalog.default~i-1 from 127.0.0.1:", refusals[0], StringComparison.Ordinal);
        Assert.StartsWith("The registration of a process that has not said who it is from 127.0.0.1:", refusals[1], StringComparison.Ordinal);
        Assert.StartsWith("The registration of catalog.default~i-2 from 127.0.0.1:", refusals[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_document_calls_another_service_nobody_registers_as()
    {
        await using TestServer server = await TestServer.StartAsync();
        Answer written = await server.Send("PUT", "/api/v1/services/default/shop", """{"kind":"Service","name":"shop","hosts":["catalog"],"endpoints":["127.0.0.1:1"]}""");
        Assert.Equal(System.Net.HttpStatusCode.Created, written.Status);
        Assert.Equal(
            (StatusCode.InvalidArgument, "registration.service: 'catalog.default' is a host of shop.default, whose document says so: "
                + "calls of it go there. Register by another name, or take the host out of the document."),
            await RefusalAsync(server, _ => { }));
        using RegistryClient shop = await RegistryClient.RegisterAsync(server.Server.Addresses.Xds!, Messages.Registration("shop", "i-1", 5001));
    }

    [Fact]
    public async Task Outside_development_nobody_registers()
    {
        await using TestServer server = await TestServer.StartAsync(options => options.InsecureXds = true, isDevelopment: false);
        (StatusCode code, string detail) = await RefusalAsync(server, _ => { });
        Assert.Equal(StatusCode.PermissionDenied, code);
        Assert.Contains("For work on one machine start the server with --dev", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outside_development_nothing_is_known_of_processes_that_registered_before_and_there_is_no_grace()
    {
        string folder = Directory.CreateTempSubdirectory("mesh-test-").FullName;
        await using (MeshConfigServer server = await StartAsync(folder, TimeSpan.FromMinutes(1)))
        {
            using RegistryClient process = await RegistryClient.RegisterAsync(server.Addresses.Xds!, Messages.Registration("catalog", "i-1", 5001));
        }

        await using (MeshConfigServer server = await StartAsync(folder, TimeSpan.FromMinutes(1), isDevelopment: false))
        {
            using EndpointsWatcher watcher = await EndpointsWatcher.StartAsync(server.Addresses.Xds!, "catalog.default");
            Assert.Equal("-", await watcher.ReadAsync());
        }

        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(-60, 0)]
    [InlineData(9, 0)]
    [InlineData(11, 1)]
    public async Task A_server_that_was_away_for_long_says_so_and_a_date_that_went_back_is_no_absence(int minutes, int told)
    {
        string folder = Directory.CreateTempSubdirectory("mesh-test-").FullName;
        await using (MeshConfigServer server = await StartAsync(folder, TimeSpan.FromMinutes(1)))
        {
            using RegistryClient process = await RegistryClient.RegisterAsync(server.Addresses.Xds!, Messages.Registration("catalog", "i-1", 5001));
        }

        using FakeLoggerProvider logs = new();
        using ILoggerFactory loggers = LoggerFactory.Create(logging => logging.AddProvider(logs));
        await using (MeshConfigServer server = await StartAsync(
            folder, TimeSpan.FromMinutes(1), loggers: loggers, time: new OtherDate(TimeSpan.FromMinutes(minutes))))
        {
            using EndpointsWatcher watcher = await EndpointsWatcher.StartAsync(server.Addresses.Xds!, "catalog.default");
            Assert.Equal("127.0.0.1:5001", await watcher.ReadAsync());
        }

        Assert.Equal(told, logs.Collector.GetSnapshot().Count(line => line.Id.Id == 169));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Processes_are_let_go_before_clients_are()
    {
        ServerSettings settings = ServerSettings.Read(
            new MeshConfigServerOptions { Http = "off", Xds = "127.0.0.1:0", XdsTls = "off" }, isDevelopment: true, Path.GetTempPath());
        await using MeshStore store = await MeshStore.OpenAsync(
            new MemoryGenerations(TimeProvider.System), TimeProvider.System, NullLogger.Instance, TestContext.Current.CancellationToken);
        await using WebApplication app = ServerApp.Build(
            settings, new Listeners(settings), new OpenedStore(store, new MemoryRegistrations(), [], IsNew: true), NullLoggerFactory.Instance, TimeProvider.System);

        // What comes last is stopped first.
        List<Type> hosted = [.. app.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().Select(service => service.GetType())];
        Assert.InRange(hosted.IndexOf(typeof(Mesh.ConfigServer.Xds.XdsLifetime)), 0, hosted.IndexOf(typeof(RegistryLifetime)) - 1);
    }

    [Fact]
    public async Task What_changes_of_a_process_is_told()
    {
        await using TestServer server = await TestServer.StartAsync(options => options.AddressRanges.Add("192.0.2.0/24"));
        string xds = server.Server.Addresses.Xds!;
        using RegistryClient process = await RegistryClient.RegisterAsync(xds, Messages.Registration("catalog", "i-1", 5001));
        using EndpointsWatcher watcher = await EndpointsWatcher.StartAsync(xds, "catalog.default");
        Assert.Equal("127.0.0.1:5001", await watcher.ReadAsync());
        Registration other = Messages.Registration("catalog", "i-1", 5002);
        other.Addresses[0].Host = "192.0.2.7";
        Assert.Equal(["192.0.2.7:5002"], (await process.RegisterAsync(other)).Addresses);
        Assert.Equal("192.0.2.7:5002", await watcher.ReadAsync());
    }

    private static async Task KeepAliveAsync(RegistryClient client, CancellationToken ended)
    {
        using PeriodicTimer beat = new(TimeSpan.FromMilliseconds(500));
        try
        {
            while (await beat.WaitForNextTickAsync(ended))
            {
                await client.KeepAliveAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // It hangs from now on.
        }
    }

    private static Task<MeshConfigServer> StartAsync(
        string folder, TimeSpan grace, string? watch = null, bool isDevelopment = true, ILoggerFactory? loggers = null, TimeProvider? time = null)
    {
        MeshConfigServerOptions options = new()
        {
            DataDirectory = "data", Http = "off", Xds = "127.0.0.1:0", XdsTls = "off", GracePeriod = grace, WatchDirectory = watch, InsecureXds = !isDevelopment,
        };
        return MeshConfigServer.StartAsync(
            ServerSettings.Read(options, isDevelopment, folder), loggers ?? NullLoggerFactory.Instance,
            time ?? TimeProvider.System, TestContext.Current.CancellationToken);
    }

    private static async Task<(StatusCode Code, string Detail)> RefusalAsync(TestServer server, Action<RegisterRequest> spoil)
    {
        RegisterRequest request = new() { Registration = Messages.Registration("catalog", "i-1", 5001) };
        spoil(request);
        using RegistryClient client = new(server.Server.Addresses.Xds!);
        try
        {
            await client.SendAsync(request);
        }
        catch (RpcException)
        {
            // How the stream ends is what matters.
        }

        Status end = await client.EndAsync();
        return (end.StatusCode, end.Detail);
    }

    private sealed class OtherDate(TimeSpan later) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + later;
    }

    /// <summary>A disk that has no room.</summary>
    private sealed class FullRegistrations : IRegistrationStore
    {
        public Task PutAsync(Mesh.ConfigServer.Registry.Registration registration, bool canWait) => canWait ? Task.CompletedTask :
            Task.FromException(new StoreException(StoreFailure.Unavailable, "full"));

        public Task DeleteAsync(Mesh.ConfigServer.Registry.Registration registration) => Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
