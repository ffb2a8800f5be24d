using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Mesh.Client.AspNetCore.Tests.Infrastructure;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using static Mesh.Model.Xds.Wire.RegisterRequest;

namespace Mesh.Client.AspNetCore.Tests.Draining;

/// <summary>How a process stops: first nobody is sent to it any more, then what is in flight ends, then the rest.</summary>
public sealed class DrainingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_serves_until_the_withdrawal_has_spread_and_not_after()
    {
        await using RegistryServer registry = await Patient();
        await using WebApp app = await WebApp.StartAsync(At(registry));
        RegistryStream stream = await registry.Heard(1, MessageOneofCase.Registration);
        string url = app.Url;

        Task stop = app.StopAsync();

        await registry.Heard(1, MessageOneofCase.Withdrawal);
        Assert.Equal(TimeSpan.FromSeconds(5), stream.Requests.Last().Withdrawal.SpreadWithin.ToTimeSpan());
        using HttpClient client = new();
        Assert.Equal("hello", await client.GetTextAsync(url));
        Assert.False(stop.IsCompleted);
        stream.Spread.SetResult();
        await stop.InTime();
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetTextAsync(url));
        Assert.Contains("3 clients were told, of which 1 have not", Assert.Single(app.Logs.Of("Withdrawn")).Message, StringComparison.Ordinal);
        Assert.Single(app.Logs.Of("Draining"));
        Assert.Empty(app.Logs.Of("CallsCut"));
    }

    [Fact]
    public async Task Half_of_a_short_drain_is_for_the_spread()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync();
        await using WebApp app = await WebApp.StartAsync(At(registry, "\"Inbound\": { \"DrainTimeout\": \"4s\" }"));
        RegistryStream stream = await registry.Heard(1, MessageOneofCase.Registration);
        await Eventually.Holds(() => app.Registration?.Server is not null);

        await app.StopAsync().InTime();

        Assert.Equal(TimeSpan.FromSeconds(2), stream.Requests.Last().Withdrawal.SpreadWithin.ToTimeSpan());
    }

    [Fact]
    public async Task From_the_signal_on_the_health_check_fails()
    {
        await using RegistryServer registry = await Patient();

        // An application may have a check of the mesh's name.
        await using WebApp app = await WebApp.StartAsync(
            At(registry), builder => builder.Services.AddHealthChecks().AddCheck("mesh", static () => HealthCheckResult.Healthy()));
        RegistryStream stream = await registry.Heard(1, MessageOneofCase.Registration);
        using HttpClient client = new();
        Assert.Equal("Healthy", await client.GetTextAsync($"{app.Url}/ready"));

        // As a signal does: the host itself stops later.
        app.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        using HttpResponseMessage answer = await client.GetUriAsync($"{app.Url}/ready");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "Unhealthy"), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel)));
        stream.Spread.SetResult();
    }

    [Fact]
    public async Task Answers_close_their_connection_over_HTTP_1()
    {
        await using RegistryServer registry = await Patient();
        await using WebApp app = await WebApp.StartAsync(At(registry), answer: static context =>
        {
            // As an exception handler does.
            context.Response.Clear();
            return context.Response.WriteAsync(context.Connection.Id);
        });
        RegistryStream stream = await registry.Heard(1, MessageOneofCase.Registration);
        using HttpClient client = new();
        string before = await client.GetTextAsync(app.Url);
        Assert.Equal(before, await client.GetTextAsync(app.Url));

        Task stop = app.StopAsync();
        await registry.Heard(1, MessageOneofCase.Withdrawal);

        using (HttpResponseMessage last = await client.GetUriAsync(app.Url))
        {
            Assert.True(last.Headers.ConnectionClose);
            Assert.Equal(before, await last.Content.ReadAsStringAsync(Cancel));
        }

        Assert.NotEqual(before, await client.GetTextAsync(app.Url));
        stream.Spread.SetResult();
        await stop.InTime();
    }

    [Fact]
    public async Task Connections_are_told_to_go_away_over_HTTP_2_and_what_is_in_flight_ends_on_them()
    {
        TaskCompletionSource goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RegistryServer registry = await Patient();
        await using WebApp app = await WebApp.StartAsync(
            At(registry),
            builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2)),
            async context =>
            {
                if (context.Request.Path == "/long")
                {
                    begun.SetResult();
                    await goOn.Task;
                }

                await context.Response.WriteAsync(context.Connection.Id);
            },
            urls: null);
        RegistryStream stream = await registry.Heard(1, MessageOneofCase.Registration);
        using HttpClient client = new() { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        Task<string> inFlight = client.GetTextAsync(app.Url + "/long");
        await begun.Task.InTime();

        Task stop = app.StopAsync();
        await registry.Heard(1, MessageOneofCase.Withdrawal);

        // Until it has spread, all is served as before.
        string connection;
        using (HttpResponseMessage last = await client.GetUriAsync(app.Url))
        {
            Assert.Equal(["true"], last.Headers.GetValues("mesh-draining"));
            connection = await last.Content.ReadAsStringAsync(Cancel);
        }

        // Told to go away, the client opens another connection, which nobody takes.
        stream.Spread.SetResult();
        await Eventually.Holds(() => IsRefused(client, app.Url));
        goOn.SetResult();
        Assert.Equal(connection, await inFlight.InTime());
        await stop.InTime();
    }

    [Fact]
    public async Task A_call_in_flight_ends_and_may_call_others_through_the_mesh_meanwhile()
    {
        TaskCompletionSource goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using WebApp pricing = await WebApp.StartAsync("""{ "Service": { "Name": "pricing" } }""", answer: static context => context.Response.WriteAsync("700"));
        await using RegistryServer registry = await RegistryServer.StartAsync();
        await using WebApp app = await WebApp.StartAsync(
            At(registry, $$"""
                "Services": { "pricing": { "Endpoints": ["{{pricing.Url}}"] } }
                """),
            answer: async context =>
            {
                begun.SetResult();
                await goOn.Task;
                HttpClient client = context.RequestServices.GetRequiredService<IHttpClientFactory>().CreateClient();
                await context.Response.WriteAsync(await client.GetStringAsync(new Uri("http://pricing/")));
            });
        RegistryStream stream = await registry.Heard(1, MessageOneofCase.Registration);
        using HttpClient client = new();
        Task<string> call = client.GetTextAsync(app.Url);
        await begun.Task.InTime();

        Task stop = app.StopAsync();
        await Eventually.Holds(() => stream.IsOver);
        await Eventually.Holds(() => IsClosed(new Uri(app.Url).Port));
        Assert.False(stop.IsCompleted);
        goOn.SetResult();

        Assert.Equal("700", await call.InTime());
        await stop.InTime();
        Assert.Empty(app.Logs.Of("CallsCut"));
    }

    [Fact]
    public async Task One_that_does_not_end_is_cut_when_the_time_is_over()
    {
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using WebApp app = await WebApp.StartAsync("""{ "Inbound": { "DrainTimeout": "300ms" } }""", answer: context =>
        {
            begun.SetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        using HttpClient client = new();
        Task<string> call = client.GetTextAsync(app.Url);
        await begun.Task.InTime();

        // The host itself would wait for 30 s.
        await app.StopAsync().InTime();

        await Assert.ThrowsAsync<HttpRequestException>(() => call);
        Assert.Contains("00:00:00.3", Assert.Single(app.Logs.Of("CallsCut")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_holds_nothing_up()
    {
        await using RegistryServer registry = await Patient();
        await using WebApp app = await WebApp.StartAsync(At(registry, "\"Inbound\": { \"DrainTimeout\": \"400ms\" }"));
        await registry.Heard(1, MessageOneofCase.Registration);

        await app.StopAsync().InTime();

        Assert.Single(app.Logs.Of("WithdrawalUnconfirmed"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_nobody_can_tell_callers_it_serves_on_and_its_answers_do(bool hasServer)
    {
        FakeTimeProvider time = new();
        RegistryServer registry = await Patient();
        await using WebApp app = await WebApp.StartAsync(hasServer ? At(registry) : "{}", builder => builder.Services.AddSingleton<TimeProvider>(time));
        if (hasServer)
        {
            await registry.Heard(1, MessageOneofCase.Registration);
        }

        // It is away, or was never there.
        await registry.DisposeAsync();
        await Eventually.Holds(() => app.Registration is not { Server: not null });
        using HttpClient client = new();
        Assert.Equal("hello", await client.GetTextAsync(app.Url));

        Task stop = app.StopAsync();
        await Eventually.Holds(() => app.Logs.Of("ServesOn").Count == 1);

        for (int i = 0; i < 2; i++)
        {
            using StringContent content = new("1 bicycle");
            using HttpResponseMessage answer = await client.PostAsync(new Uri(app.Url), content, Cancel);
            Assert.Equal((HttpStatusCode.OK, true), (answer.StatusCode, answer.Headers.ConnectionClose));
            Assert.Equal(["true"], answer.Headers.GetValues("mesh-draining"));
            time.Advance(TimeSpan.FromSeconds(2.4));
            Assert.False(stop.IsCompleted);
        }

        time.Advance(TimeSpan.FromSeconds(0.3));
        await stop.InTime();
        Assert.Empty(app.Logs.Of("WithdrawalUnconfirmed"));
    }

    [Fact]
    public async Task While_it_is_developed_it_stops_at_once()
    {
        // On a clock that stands still.
        await using WebApp app = await WebApp.StartAsync(
            "{}", builder => builder.Services.AddSingleton<TimeProvider>(new FakeTimeProvider()), environment: Environments.Development);

        await app.StopAsync().InTime();
    }

    [Fact]
    public async Task Told_twice_it_stops_once()
    {
        await using RegistryServer registry = await Patient();
        await using WebApp app = await WebApp.StartAsync(At(registry));
        RegistryStream stream = await registry.Heard(1, MessageOneofCase.Registration);

        Task first = app.StopAsync();
        Task second = app.StopAsync();
        await registry.Heard(1, MessageOneofCase.Withdrawal);
        stream.Spread.SetResult();

        await Task.WhenAll(first, second).InTime();
        Assert.Single(app.Logs.Of("Draining"));
        Assert.Equal(1, stream.Requests.Count(request => request.MessageCase == MessageOneofCase.Withdrawal));
    }

    [Fact]
    public async Task Told_before_it_has_registered_it_says_nothing()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync();
        await using WebApp app = await WebApp.StartAsync(At(registry, "\"Upstreams\": \"pricing\""), environment: Environments.Development);
        await Eventually.Holds(() => app.Registration?.Trouble == "It waits for what the config server says of Mesh:Upstreams.");

        await app.StopAsync().InTime();

        Assert.Empty(registry.Streams);
    }

    [Fact]
    public async Task Told_before_the_server_has_confirmed_its_registration_it_withdraws_it()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync();
        TaskCompletionSource stops = new(TaskCreationOptions.RunContinuationsAsynchronously);
        registry.Script = async stream =>
        {
            await stream.ReadAsync();
            await stops.Task;
            await stream.RegisteredAsync();
            await stream.BeGoodAsync();
        };
        await using WebApp app = await WebApp.StartAsync(At(registry));
        RegistryStream heard = await registry.Heard(1, MessageOneofCase.Registration);

        Task stop = app.StopAsync();
        await Eventually.Holds(() => app.Logs.Of("Draining").Count == 1);
        stops.SetResult();

        await stop.InTime();
        Assert.Equal([MessageOneofCase.Registration, MessageOneofCase.Withdrawal], heard.Requests.Select(request => request.MessageCase));
        Assert.Single(registry.Streams);
        Assert.Single(app.Logs.Of("Withdrawn"));
    }

    [Fact]
    public async Task Told_before_the_server_has_refused_its_registration_it_has_nothing_to_withdraw()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync();
        TaskCompletionSource stops = new(TaskCreationOptions.RunContinuationsAsynchronously);
        registry.Script = async stream =>
        {
            await stream.ReadAsync();
            await stops.Task;
            throw new RpcException(new Status(StatusCode.PermissionDenied, "No."));
        };
        await using WebApp app = await WebApp.StartAsync(At(registry), environment: Environments.Development);
        await registry.Heard(1, MessageOneofCase.Registration);

        Task stop = app.StopAsync();
        await Eventually.Holds(() => app.Logs.Of("Draining").Count == 1);
        stops.SetResult();

        await stop.InTime();
        Assert.Single(registry.Streams);
        Assert.Empty(app.Logs.Of("WithdrawalUnconfirmed"));
    }

    [Fact]
    public async Task Told_while_it_starts_it_registers_nothing_and_ends()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            WebApp.StartAsync(At(registry), builder => builder.Services.AddHostedService<StopsAtOnce>()).InTime());

        Assert.Empty(registry.Streams);
    }

    [Fact]
    public async Task Told_as_it_begins_to_listen_it_registers_nothing()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync();
        await using WebApp app = await WebApp.StartAsync(
            At(registry), builder => builder.Services.Insert(0, ServiceDescriptor.Singleton<IHostedService, StopsOnceStarted>()), environment: Environments.Development);
        Assert.Null(app.Registration);

        await app.StopAsync().InTime();

        Assert.Empty(registry.Streams);
    }

    [Theory]
    [InlineData("\"Inbound\": { \"Enabled\": false }", 0)]
    [InlineData("\"Service\": { \"Name\": \"other\" }", 1)]
    public async Task A_withdrawal_that_the_settings_have_asked_for_is_waited_for(string change, int others)
    {
        await using RegistryServer registry = await Patient();
        await using WebApp app = await WebApp.StartAsync(At(registry), builder => builder.Services.AddSingleton<TimeProvider>(new FakeTimeProvider()));
        RegistryStream first = await registry.Heard(1, MessageOneofCase.Registration);
        await Eventually.Holds(() => app.Registration?.Server is not null);
        registry.Script = static stream => stream.BeGoodAsync();
        app.Change(At(registry, change));
        await registry.Heard(1, MessageOneofCase.Withdrawal);
        await Eventually.Holds(() => registry.Streams.Count(stream => stream != first && stream.Registrations.Count > 0) == others);

        Task stop = app.StopAsync();
        await Eventually.Holds(() => app.Logs.Of("Withdrawn").Count == others);

        // The host goes on once nobody is sent here any more.
        Assert.False(app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);
        first.Spread.SetResult();
        await stop.InTime();
        Assert.Equal(1 + others, app.Logs.Of("Withdrawn").Count);
    }

    [Fact]
    public async Task Switched_off_it_stops_as_it_would_without_the_mesh()
    {
        await using WebApp app = await WebApp.StartAsync("""{ "Inbound": { "Enabled": false } }""");
        using HttpClient client = new();
        Assert.Equal("hello", await client.GetTextAsync(app.Url));

        await app.StopAsync().InTime();

        Assert.Empty(app.Logs.Of("Draining"));
    }

    [Fact]
    public async Task An_upgrade_stays_one()
    {
        await using RegistryServer registry = await Patient();
        await using WebApp app = await WebApp.StartAsync(At(registry), answer: static async context =>
        {
            await using Stream stream = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
        });
        RegistryStream stream = await registry.Heard(1, MessageOneofCase.Registration);
        Task stop = app.StopAsync();
        await registry.Heard(1, MessageOneofCase.Withdrawal);

        using HttpClient client = new();
        using HttpRequestMessage request = new(HttpMethod.Get, app.Url) { Headers = { { "Connection", "Upgrade" }, { "Upgrade", "chat" } } };
        using HttpResponseMessage answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);

        Assert.Equal(HttpStatusCode.SwitchingProtocols, answer.StatusCode);
        Assert.Equal(["Upgrade"], answer.Headers.Connection);
        stream.Spread.SetResult();
        await stop.InTime();
    }

    [Fact]
    public async Task A_time_beyond_the_hosts_set_while_it_runs_counts_as_the_hosts()
    {
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using WebApp app = await WebApp.StartAsync(
            """{ "Inbound": { "DrainTimeout": "300ms" } }""",
            builder => builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(600)),
            context =>
            {
                begun.SetResult();
                return Task.Delay(Timeout.Infinite, context.RequestAborted);
            });
        using HttpClient client = new();
        Task<string> call = client.GetTextAsync(app.Url);
        await begun.Task.InTime();
        app.Change("""{ "Inbound": { "DrainTimeout": "10m" } }""");

        // The host tells that it was not in time, or the last call ended just within it.
        await app.StopAsync().ContinueWith(static _ => { }, Cancel, TaskContinuationOptions.None, TaskScheduler.Default).InTime();

        await Assert.ThrowsAsync<HttpRequestException>(() => call);
        Assert.Contains("00:00:00.6", Assert.Single(app.Logs.Of("Draining")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Between_two_streams_it_opens_one_to_withdraw()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync();
        await using WebApp app = await WebApp.StartAsync(At(registry));
        RegistryStream first = await registry.Heard(1, MessageOneofCase.Registration);
        await Eventually.Holds(() => app.Registration?.Server is not null);

        // The next stream comes after 15 s or more.
        first.Fail(StatusCode.PermissionDenied, "Not now.");
        await Eventually.Holds(() => app.Logs.Of("RegistrationDenied").Count == 1);

        await app.StopAsync().InTime();

        RegistryStream second = await registry.Heard(2, MessageOneofCase.Withdrawal);
        Assert.True(second.Registration.Epoch > first.Registration.Epoch);
        Assert.Equal([MessageOneofCase.Registration, MessageOneofCase.Withdrawal], second.Requests.Select(request => request.MessageCase));
        Assert.Single(app.Logs.Of("Withdrawn"));
    }

    // Does not confirm a withdrawal until the test says so.
    private static async Task<RegistryServer> Patient()
    {
        RegistryServer registry = await RegistryServer.StartAsync();
        registry.Script = static stream => stream.BeGoodAsync(spreadsAtOnce: false);
        return registry;
    }

    private static string At(RegistryServer registry, string settings = "") =>
        $$"""{ "ConfigServer": { "Addresses": ["{{registry.Address}}"] }{{(settings.Length == 0 ? "" : ",")}} {{settings}} }""";

    private static bool IsClosed(int port)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private static bool IsRefused(HttpClient client, string url)
    {
        try
        {
            client.GetTextAsync(url).GetAwaiter().GetResult();
            return false;
        }
        catch (HttpRequestException refused) when (refused.HttpRequestError == HttpRequestError.ConnectionError)
        {
            return true;
        }
    }

    private sealed class StopsOnceStarted(IHostApplicationLifetime lifetime) : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken)
        {
            lifetime.StopApplication();
            return Task.CompletedTask;
        }

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class StopsAtOnce(IHostApplicationLifetime lifetime) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            lifetime.StopApplication();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
