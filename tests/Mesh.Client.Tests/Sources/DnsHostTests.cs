using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Mesh.Client.Sources;
using Mesh.Client.Sources.Dns;
using Mesh.Client.Tests.Infrastructure;
using Mesh.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Testing;

namespace Mesh.Client.Tests.Sources;

/// <summary>Endpoints declared as <c>dns:///host:port</c>.</summary>
public sealed class DnsHostTests
{
    // The clock is the test's, and so nobody ends the wait before a retry.
    private const string NoRetry = "\"Retry\": { \"Attempts\": 0 }";

    private static readonly TimeSpan s_refresh = TimeSpan.FromSeconds(5);

    private readonly ScriptedHosts _hosts = new();
    private readonly WatchedTime _time = new(DateTimeOffset.UnixEpoch);
    private TimeSpan? _pause;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_systems_resolver_finds_this_machine_under_localhost()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", $"dns:///localhost:{PortOf(backend)}"));

        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Equal("catalog", Assert.Single(backend.Requests).Host);
        Assert.Contains(backend.Address, Addresses(mesh));
    }

    [Fact]
    public async Task A_host_that_the_systems_resolver_does_not_know_leaves_the_service_without_endpoints()
    {
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", "dns:///no-such-host.invalid:80"));

        MeshException exception = await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("http://catalog/"));

        Assert.Equal(MeshFailureReason.NoEndpoints, exception.Reason);
        await Eventually.Holds(() => mesh.Logs.Of("DnsLookupFailed").Count == 1);
        Assert.StartsWith("The DNS look-up of 'no-such-host.invalid' failed; it has not answered yet. ", Line(mesh).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_address_of_the_host_is_an_endpoint_with_the_keys_of_its_entry()
    {
        _hosts.Have("catalog.internal", "127.0.0.1", "127.0.0.2", "::1");
        await using TestMesh mesh = await StartAsync(
            """{ "Services": { "catalog": { "Endpoints": [ "127.0.0.9:1", { "Address": "dns:///Catalog.Internal:81", "Version": "v2", "Weight": 3 } ] } } }""");

        Assert.Equal(
            [("127.0.0.9:1", null, 1), ("127.0.0.1:81", "v2", 3), ("127.0.0.2:81", "v2", 3), ("[::1]:81", "v2", 3)],
            (await EndpointsAsync(mesh)).Select(endpoint => (endpoint.Address, endpoint.Version, endpoint.Weight)));
        Assert.Equal("settings", mesh.Service().EndpointsFrom);
    }

    [Fact]
    public async Task An_IPv6_address_is_called()
    {
        await using WebApplication backend = await StartOnIPv6Async();
        int port = new Uri(backend.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
        _hosts.Have("catalog.internal", "::1");
        await using TestMesh mesh = await StartAsync(Rules.Catalog("", $"dns:///catalog.internal:{port}"));

        Assert.Equal("six catalog", await mesh.Client().GetTextAsync("http://catalog/"));
    }

    [Fact]
    public async Task Endpoints_come_and_go_as_the_answers_change()
    {
        await using Backend backend = await Backend.StartAsync("one");
        _hosts.Have("catalog.internal", "127.0.0.1");
        await using TestMesh mesh = await StartAsync(Rules.Route(NoRetry, $"dns:///catalog.internal:{PortOf(backend)}"));
        await mesh.Client().GetTextAsync("http://catalog/");

        _hosts.Have("catalog.internal", "127.0.0.2", "127.0.0.1");
        await LookUpAgainAsync();
        await Eventually.Holds(() => mesh.Service().Endpoints.Count == 2);
        Assert.NotNull(mesh.Endpoint(backend.Address).Latency);

        _hosts.Have("catalog.internal", "127.0.0.2");
        await LookUpAgainAsync();
        await Eventually.Holds(() => mesh.Service().Endpoints.Count == 1);
        await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Equal(1, backend.Count);
    }

    [Fact]
    public async Task Calls_in_flight_to_an_address_that_goes_away_finish()
    {
        TaskCompletionSource answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Backend backend = await Backend.StartAsync("one", async context =>
        {
            await answer.Task;
            await context.Response.WriteAsync("one");
        });
        _hosts.Have("catalog.internal", "127.0.0.1");
        await using TestMesh mesh = await StartAsync(Rules.Catalog("", $"dns:///catalog.internal:{PortOf(backend)}"));
        Task<string> call = mesh.Client().GetTextAsync("http://catalog/");
        await Eventually.Holds(() => backend.Count == 1);

        _hosts.Have("catalog.internal", "127.0.0.2");
        await LookUpAgainAsync();
        await Eventually.Holds(() => Addresses(mesh).All(address => address != backend.Address));
        answer.SetResult();

        Assert.Equal("one", await call.InTime());
    }

    [Fact]
    public async Task The_same_addresses_in_another_order_are_no_change()
    {
        _hosts.Have("catalog.internal", "127.0.0.1", "127.0.0.2");
        await using TestMesh mesh = await StartAsync(Rules.Catalog("", "dns:///catalog.internal:80"));
        Assert.Equal(["127.0.0.1:80", "127.0.0.2:80"], (await EndpointsAsync(mesh)).Select(endpoint => endpoint.Address));

        _hosts.Have("catalog.internal", "127.0.0.2", "127.0.0.1", "127.0.0.2", "::ffff:127.0.0.1");
        await LookUpAgainAsync();
        await LookUpAgainAsync();

        Assert.Equal(["127.0.0.1:80", "127.0.0.2:80"], Addresses(mesh));
        Assert.Single(mesh.Logs.Of("EndpointsChanged"));
    }

    [Theory]
    [InlineData("an error")]
    [InlineData("nothing")]
    [InlineData("what nobody can call")]
    public async Task A_bad_answer_leaves_the_last_in_force_and_is_told_of_once(string bad)
    {
        await using Backend backend = await Backend.StartAsync("one");
        _hosts.Have("catalog.internal", "127.0.0.1");
        await using TestMesh mesh = await StartAsync(Rules.Catalog("", $"dns:///catalog.internal:{PortOf(backend)}"));
        await mesh.Client().GetTextAsync("http://catalog/");

        Break();
        for (int i = 0; i < 3; i++)
        {
            await LookUpAgainAsync();
            Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
        }

        Assert.StartsWith("The DNS look-up of 'catalog.internal' failed; its last answer holds. ", Line(mesh).Message, StringComparison.Ordinal);
        Assert.Equal(17, Line(mesh).Id.Id);

        _hosts.Have("catalog.internal", "127.0.0.1");
        await LookUpAgainAsync();
        Break();
        await LookUpAgainAsync();
        Assert.Equal(2, mesh.Logs.Of("DnsLookupFailed").Count);

        void Break()
        {
            switch (bad)
            {
                case "an error":
                    _hosts.Fail("catalog.internal", "No such host is known.");
                    break;
                case "nothing":
                    _hosts.Have("catalog.internal");
                    break;
                default:
                    _hosts.Have("catalog.internal", "0.0.0.0", "::", "::ffff:0.0.0.0", "224.0.0.1", "ff02::1", "255.255.255.255");
                    break;
            }
        }
    }

    [Fact]
    public async Task A_look_up_that_hangs_is_given_up_and_tried_again()
    {
        _hosts.Have("catalog.internal", "127.0.0.1");
        await using TestMesh mesh = await StartAsync(Rules.Catalog("", "dns:///catalog.internal:80"));
        await EndpointsAsync(mesh);

        TaskCompletionSource<IPAddress[]> held = _hosts.Hold("catalog.internal");
        await LookUpAgainAsync();
        Assert.Equal(DnsLookup.Limit, await PauseAsync());
        _hosts.Have("catalog.internal", "127.0.0.2");
        await LookUpAgainAsync();
        Assert.Equal(["127.0.0.1:80"], Addresses(mesh));
        await LookUpAgainAsync();

        await Eventually.Holds(() => Addresses(mesh) is ["127.0.0.2:80"]);
        Assert.EndsWith("its last answer holds. There was no answer within 5 s.", Line(mesh).Message, StringComparison.Ordinal);

        // What comes later does not count.
        held.SetResult([IPAddress.Parse("127.0.0.3")]);
        await LookUpAgainAsync();
        Assert.Equal(["127.0.0.2:80"], Addresses(mesh));
    }

    [Fact]
    public async Task Calls_wait_for_the_first_answer()
    {
        await using Backend backend = await Backend.StartAsync("one");
        TaskCompletionSource<IPAddress[]> held = _hosts.Hold("catalog.internal");
        await using TestMesh mesh = await StartAsync(Rules.Catalog("", $"dns:///catalog.internal:{PortOf(backend)}"));
        Task<string> call = mesh.Client().GetTextAsync("http://catalog/");
        await Eventually.Holds(() => _hosts.Questions("catalog.internal") == 1);
        Assert.False(call.IsCompleted);

        held.SetResult([IPAddress.Loopback]);

        Assert.Equal("one", await call.InTime());
    }

    [Fact]
    public async Task A_first_answer_that_does_not_come_is_waited_for_a_second_and_the_rules_and_the_other_endpoints_hold_then()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two");
        TaskCompletionSource<IPAddress[]> held = _hosts.Hold("catalog.internal");
        await using TestMesh mesh = await StartAsync(Rules.Catalog(
            "\"Routes\": [{ \"Name\": \"only\" }], \"LoadBalancing\": { \"Policy\": \"RoundRobin\" }", one.Address, $"dns:///catalog.internal:{PortOf(two)}"));
        HttpClient client = mesh.Client();
        Task<string> call = client.GetTextAsync("http://catalog/");
        await Eventually.Holds(() => _hosts.Questions("catalog.internal") == 1);
        _time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(call.IsCompleted);

        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("one", await call.InTime());
        Assert.Equal(["only"], mesh.Service().Routes);
        Assert.Equal("settings", mesh.Service().EndpointsFrom);

        held.SetResult([IPAddress.Loopback]);
        await client.ComesToGet("two", "http://catalog/");
    }

    [Fact]
    public async Task A_name_that_takes_the_place_of_endpoints_does_so_when_it_is_found()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two");
        TaskCompletionSource<IPAddress[]> held = _hosts.Hold("catalog.internal");
        await using TestMesh mesh = await StartAsync(Rules.Catalog("", one.Address));
        await mesh.Client().GetTextAsync("http://catalog/");

        mesh.Change(Rules.Catalog("", $"dns:///catalog.internal:{PortOf(two)}"));
        await Eventually.Holds(() => _hosts.Questions("catalog.internal") == 1);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));

        held.SetResult([IPAddress.Loopback]);
        await mesh.Client().ComesToGet("two", "http://catalog/");
    }

    [Fact]
    public async Task A_name_that_cannot_be_found_takes_the_place_of_endpoints_after_a_second()
    {
        await using Backend one = await Backend.StartAsync("one");
        _hosts.Hold("catalog.internal");
        await using TestMesh mesh = await StartAsync(Rules.Catalog("", one.Address));
        await mesh.Client().GetTextAsync("http://catalog/");

        mesh.Change(Rules.Catalog("", "dns:///catalog.internal:80"));
        await Eventually.Holds(() => _hosts.Questions("catalog.internal") == 1);
        _time.Advance(TimeSpan.FromSeconds(1));

        await Eventually.Holds(() => mesh.Service().Endpoints.Count == 0);
    }

    [Fact]
    public async Task Names_are_looked_up_in_the_set_interval_give_or_take_a_tenth()
    {
        _hosts.Have("catalog.internal", "127.0.0.1");
        await using TestMesh mesh = await StartAsync(
            """{ "Outbound": { "DnsRefreshInterval": "1m" }, "Services": { "catalog": { "Endpoints": ["dns:///catalog.internal:80"] } } }""", new FixedRandom(1));
        Assert.Equal(TimeSpan.FromSeconds(66), await PauseAsync());
        Assert.Equal(1, _hosts.Questions("catalog.internal"));

        // Another interval does not wait for the end of the one before.
        _pause = null;
        mesh.Change("""{ "Outbound": { "DnsRefreshInterval": "2s" }, "Services": { "catalog": { "Endpoints": ["dns:///catalog.internal:80"] } } }""");
        Assert.Equal(TimeSpan.FromSeconds(2.2), await PauseAsync());
        Assert.Equal(2, _hosts.Questions("catalog.internal"));
    }

    [Fact]
    public async Task A_look_up_that_fails_is_repeated_after_five_seconds_however_long_the_interval()
    {
        _hosts.Fail("catalog.internal", "No such host is known.");
        await using TestMesh mesh = await StartAsync(
            """{ "Outbound": { "DnsRefreshInterval": "1h" }, "Services": { "catalog": { "Endpoints": ["dns:///catalog.internal:80"] } } }""");
        Assert.Equal(TimeSpan.FromSeconds(5), await PauseAsync());

        _hosts.Have("catalog.internal", "127.0.0.1");
        await LookUpAgainAsync();

        Assert.Equal(TimeSpan.FromHours(1), await PauseAsync());
        Assert.Equal(["127.0.0.1:80"], Addresses(mesh));
    }

    [Fact]
    public async Task A_name_is_looked_up_once_for_all_who_name_it_and_no_longer_than_that()
    {
        _hosts.Have("shop.internal", "127.0.0.1");
        await using TestMesh mesh = await StartAsync(Rules.Services(
            ("catalog", Rules.Endpoints("dns:///shop.internal:80", "dns:///Shop.Internal:81")), ("pricing", Rules.Endpoints("dns:///shop.internal:82"))));
        Assert.Equal(s_refresh, await PauseAsync());
        await Eventually.Holds(() => mesh.Mesh.Describe().Services.Sum(service => service.Endpoints.Count) == 3);
        Assert.Equal(1, _hosts.Questions("shop.internal"));
        DnsLookups lookups = mesh.Services.GetRequiredService<DnsLookups>();

        // One entry less: the look-up goes on as it was.
        mesh.Change(Rules.Services(("catalog", Rules.Endpoints("dns:///shop.internal:81")), ("pricing", Rules.Endpoints("127.0.0.1:82"))));
        Assert.Equal((1, 1), (lookups.Count, _hosts.Questions("shop.internal")));

        mesh.Change(Rules.Services(("catalog", Rules.Endpoints("127.0.0.1:81"))));
        Assert.Equal(0, lookups.Count);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, _hosts.Questions("shop.internal"));
    }

    [Fact]
    public async Task Look_ups_end_with_the_mesh()
    {
        _hosts.Have("catalog.internal", "127.0.0.1");
        TestMesh mesh = await StartAsync(Rules.Catalog("", "dns:///catalog.internal:80"));
        await PauseAsync();
        DnsLookups lookups = mesh.Services.GetRequiredService<DnsLookups>();
        Assert.Equal(1, lookups.Count);

        await mesh.DisposeAsync();

        Assert.Equal(0, lookups.Count);
    }

    [Fact]
    public async Task Look_ups_do_not_run_in_the_context_of_the_call_that_began_them()
    {
        AsyncLocal<string> ambient = new();
        TaskCompletionSource<string?> seen = new();
        _hosts.Answer("catalog.internal", () =>
        {
            seen.TrySetResult(ambient.Value);
            return Task.FromResult<IPAddress[]>([IPAddress.Loopback]);
        });
        ambient.Value = "the caller's";

        await using TestMesh mesh = await StartAsync(Rules.Catalog("", "dns:///catalog.internal:80"));

        Assert.Null(await seen.Task.InTime());
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("catalog", false)]
    public async Task The_certificate_is_for_the_host_that_was_looked_up(string host, bool isRight)
    {
        await using Backend backend = await Backend.StartAsync("secure", tls: true, certificate: TestCertificates.Localhost);
        _hosts.Have(host, "127.0.0.1");
        await using TestMesh mesh = await StartAsync(Rules.Route(NoRetry, $"dns:///{host}:{PortOf(backend)}"));

        if (isRight)
        {
            Assert.Equal("secure", await mesh.Client().GetTextAsync("https://catalog/"));
            Assert.Equal("catalog", Assert.Single(backend.Requests).Host);
        }
        else
        {
            Assert.Equal(HttpRequestError.SecureConnectionError, (await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("https://catalog/"))).HttpRequestError);
        }
    }

    [Fact]
    public async Task An_address_that_is_found_by_another_name_is_verified_by_that_one()
    {
        await using Backend backend = await Backend.StartAsync("secure", tls: true, certificate: TestCertificates.Localhost);
        _hosts.Have("localhost", "127.0.0.1");
        _hosts.Have("stranger", "127.0.0.1");
        await using TestMesh mesh = await StartAsync(Rules.Route(NoRetry, $"dns:///localhost:{PortOf(backend)}"));
        Assert.Equal("secure", await mesh.Client().GetTextAsync("https://catalog/"));

        mesh.Change(Rules.Route(NoRetry, $"dns:///stranger:{PortOf(backend)}"));
        await Eventually.Holds(() => mesh.Service().Endpoints is [{ Latency: null }]);

        await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("https://catalog/"));
    }

    [Fact]
    public async Task A_look_up_that_ends_at_any_moment_is_not_taken_for_one_that_found_nothing()
    {
        await using TestMesh mesh = await StartAsync("{}");
        DnsLookups lookups = mesh.Services.GetRequiredService<DnsLookups>();

        // It takes a while to gather these, so that the look-up ends meanwhile at times.
        MeshEndpoint[] others = [.. Enumerable.Range(1, 1_000).Select(port => new MeshEndpoint { Host = "127.0.0.1", Port = port })];
        for (int round = 0; round < 1_000; round++)
        {
            string host = $"host-{round}";
            _hosts.Have(host, "127.0.0.1");
            ConcurrentQueue<SourceAnswer> told = new();
            using DnsExpansion expansion = new(lookups, told.Enqueue);

            expansion.Take(new SourceAnswer { Endpoints = [new MeshEndpoint { Host = host, Port = 80, Lookup = EndpointLookup.Addresses }, .. others] });

            SpinWait.SpinUntil(() => told.Any(answer => !answer.IsPartial), TimeSpan.FromSeconds(15));
            Assert.Equal(1 + others.Length, told.First(answer => !answer.IsPartial).Endpoints!.Value.Length);
        }
    }

    [Fact]
    public async Task Flapping_answers_under_load_fail_no_call()
    {
        await using Backend backend = await Backend.StartAsync("one");
        int turn = 0;
        _hosts.Answer("catalog.internal", () => Task.FromResult((Interlocked.Increment(ref turn) % 4) switch
        {
            0 => [],
            1 => [IPAddress.Loopback],
            2 => [IPAddress.Loopback, IPAddress.Parse("127.0.0.2")],
            _ => (IPAddress[])[IPAddress.Parse("127.0.0.2"), IPAddress.Loopback],
        }));
        const string settings = """
            "Routes": [ { "Retry": { "Attempts": 3, "Backoff": { "BaseInterval": "1ms" } } } ],
            "RetryBudget": { "Percent": 100, "MinRetryConcurrency": 100, "MinRetriesPerSecond": 1000000 }
            """;
        await using TestMesh mesh = await TestMesh.StartAsync(
            $$"""{ "Outbound": { "DnsRefreshInterval": "1ms" }, "Services": { "catalog": { "Endpoints": ["dns:///catalog.internal:{{PortOf(backend)}}"], {{settings}} } } }""",
            _hosts.AddTo);
        HttpClient client = mesh.Client();

        while (Volatile.Read(ref turn) < 100)
        {
            Assert.Equal("one", await client.GetTextAsync("http://catalog/"));
        }
    }

    private static async Task<WebApplication> StartOnIPv6Async()
    {
        if (!Socket.OSSupportsIPv6)
        {
            Assert.Skip("This machine has no IPv6.");
        }

        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.IPv6Loopback, 0));
        WebApplication app = builder.Build();
        app.Run(context => context.Response.WriteAsync($"six {context.Request.Host}"));
        await app.StartAsync(Cancel);
        return app;
    }

    private static int PortOf(Backend backend) => new Uri($"http://{backend.Address}").Port;

    private static string[] Addresses(TestMesh mesh) => [.. mesh.Service().Endpoints.Select(endpoint => endpoint.Address)];

    private static FakeLogRecord Line(TestMesh mesh) => Assert.Single(mesh.Logs.Of("DnsLookupFailed"));

    private static async Task<IReadOnlyList<EndpointDescription>> EndpointsAsync(TestMesh mesh)
    {
        await Eventually.Holds(() => mesh.Mesh.Describe().Services is [{ Endpoints.Count: > 0 }]);
        return mesh.Service().Endpoints;
    }

    private Task<TestMesh> StartAsync(string rules, Random? random = null) => TestMesh.StartAsync(rules, builder =>
    {
        _hosts.AddTo(builder);
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.Services.AddSingleton(new DnsOptions { Random = random ?? new FixedRandom(0.5) });
    });

    /// <summary>How long is waited for until the next look-up, or for one that hangs.</summary>
    private async Task<TimeSpan> PauseAsync() => _pause ??= await _time.NextWait();

    /// <summary>Lets that time pass, and waits for the next wait: by then the look-up has ended, or hangs.</summary>
    private async Task LookUpAgainAsync()
    {
        _time.Advance(await PauseAsync());
        _pause = null;
        await PauseAsync();
    }

    private sealed class FixedRandom(double value) : Random
    {
        public override double NextDouble() => value;
    }
}
