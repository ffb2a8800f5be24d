using System.Net;
using Mesh.Client.Sources.Dns;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Testing;

namespace Mesh.Client.Tests.Sources;

/// <summary>Endpoints declared as <c>dns+srv:///_service._proto.name</c>, asked of a name server on loopback.</summary>
public sealed class DnsServiceTests : IAsyncLifetime
{
    private const string Name = "dns+srv:///_http._tcp.catalog.internal";

    // The clock is the test's, and so nobody ends the wait before a retry.
    private const string NoRetry = "\"Retry\": { \"Attempts\": 0 }";

    private readonly ScriptedHosts _hosts = new();
    private readonly ScriptedDns _dns = ScriptedDns.Start();
    private readonly WatchedTime _time = new(DateTimeOffset.UnixEpoch);
    private TimeSpan? _pause;

    public static TheoryData<string> BadAnswers =>
        ["SERVFAIL", "NXDOMAIN", "nothing", "no service", "port 0", "no host name", "garbage", "half an answer", "another question's", "truncated on TCP too"];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _dns.DisposeAsync();

    [Fact]
    public async Task Hosts_ports_and_weights_come_from_dns_and_the_rest_from_the_entry()
    {
        _dns.Have(
            new DnsService("one.internal", 8081) { Weight = 5, Along = ["127.0.0.1", "::1"] },
            new DnsService("two.internal", 8082) { Weight = 0, Along = ["127.0.0.2"] });
        await using TestMesh mesh = await StartAsync(
            $$"""{ "Services": { "catalog": { "Endpoints": [ "127.0.0.9:1", { "Address": "{{Name}}", "Version": "v2", "Weight": 3 } ] } } }""");

        Assert.Equal(
            [("127.0.0.9:1", null, 1), ("127.0.0.1:8081", "v2", 15), ("127.0.0.2:8082", "v2", 3), ("[::1]:8081", "v2", 15)],
            (await EndpointsAsync(mesh)).Select(endpoint => (endpoint.Address, endpoint.Version, endpoint.Weight)));
        Assert.Equal("_http._tcp.catalog.internal.", Assert.Single(_dns.Asked));
    }

    [Fact]
    public async Task A_call_goes_to_what_was_found()
    {
        await using Backend backend = await Backend.StartAsync("one");
        _dns.Have(new DnsService("one.internal", PortOf(backend)) { Along = ["127.0.0.1"] });
        await using TestMesh mesh = await StartAsync(Rules.Catalog("", Name));

        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Equal("catalog", Assert.Single(backend.Requests).Host);
    }

    [Fact]
    public async Task A_host_without_an_address_in_the_answer_is_asked_of_the_system()
    {
        _dns.Have(new DnsService("One.internal", 81), new DnsService("two.internal", 82) { Along = ["127.0.0.2"] }, new DnsService("gone.internal", 83));
        _hosts.Have("one.internal", "127.0.0.1");
        await using TestMesh mesh = await StartAsync(Rules.Catalog("", Name));
        Assert.Equal(["127.0.0.1:81", "127.0.0.2:82"], (await EndpointsAsync(mesh)).Select(endpoint => endpoint.Address));

        // A host that cannot be looked up for now keeps what it had.
        _hosts.Fail("one.internal", "Nobody can be asked.");
        _dns.Have(new DnsService("one.internal", 81), new DnsService("two.internal", 82) { Along = ["127.0.0.3"] });
        await LookUpAgainAsync();

        Assert.Equal(["127.0.0.1:81", "127.0.0.3:82"], Addresses(mesh));
        Assert.Equal(0, _hosts.Questions("two.internal"));
        Assert.Empty(mesh.Logs.Of("DnsLookupFailed"));
    }

    [Fact]
    public async Task Priorities_of_dns_order_the_endpoints_within_that_of_their_entry()
    {
        await using Backend main = await Backend.StartAsync("main");
        await using Backend spare = await Backend.StartAsync("spare");
        await using Backend last = await Backend.StartAsync("last");
        DnsService backup = new("backup.internal", PortOf(spare)) { Priority = 20, Along = ["127.0.0.1"] };
        _dns.Have(
            backup,
            new DnsService("main.internal", PortOf(main)) { Priority = 10, Along = ["127.0.0.1"] },
            new DnsService("gone.internal", 80) { Priority = 5 });
        await using TestMesh mesh = await StartAsync(
            $$"""{ "Services": { "catalog": { "Endpoints": [ { "Address": "{{last.Address}}", "Priority": 1 }, "{{Name}}" ] } } }""");
        await Eventually.Holds(() => mesh.Mesh.Describe().Services is [{ Endpoints.Count: 3 }]);
        Assert.Equal(
            [(0, 10, main.Address), (0, 20, spare.Address), (1, null, last.Address)],
            mesh.Service().Endpoints.Select(endpoint => (endpoint.Priority, endpoint.SrvPriority, endpoint.Address)).Order());
        await CallsGoToAsync("main");

        _dns.Have(backup);
        await LookUpAgainAsync();
        await CallsGoToAsync("spare");

        async Task CallsGoToAsync(string name)
        {
            for (int i = 0; i < 20; i++)
            {
                Assert.Equal(name, await mesh.Client().GetTextAsync("http://catalog/"));
            }
        }
    }

    [Fact]
    public async Task An_address_with_two_priorities_has_the_first()
    {
        _dns.Have(
            new DnsService("one.internal", 81) { Priority = 20, Along = ["127.0.0.1"] },
            new DnsService("one.internal", 81) { Priority = 10, Along = ["127.0.0.1"] });
        await using TestMesh mesh = await StartAsync(Rules.Catalog("", Name));

        Assert.Equal(10, Assert.Single(await EndpointsAsync(mesh)).SrvPriority);
    }

    [Fact]
    public async Task Endpoints_and_weights_change_with_the_answers_and_what_was_learnt_of_those_that_stay_stays()
    {
        await using Backend backend = await Backend.StartAsync("one");
        DnsService one = new("one.internal", PortOf(backend)) { Weight = 1, Along = ["127.0.0.1"] };
        _dns.Have(one);
        await using TestMesh mesh = await StartAsync(Rules.Route(NoRetry, Name));
        await mesh.Client().GetTextAsync("http://catalog/");

        _dns.Have(one with { Weight = 7 }, new DnsService("two.internal", 82) { Along = ["127.0.0.2"] });
        await LookUpAgainAsync();
        Assert.Equal([backend.Address, "127.0.0.2:82"], Addresses(mesh));
        Assert.Equal((7, true), (mesh.Endpoint(backend.Address).Weight, mesh.Endpoint(backend.Address).Latency is not null));

        _dns.Have(new DnsService("two.internal", 82) { Along = ["127.0.0.2"] });
        await LookUpAgainAsync();
        Assert.Equal(["127.0.0.2:82"], Addresses(mesh));
    }

    [Theory]
    [InlineData(0, 10, 1)]
    [InlineData(3, 10, 3)]
    [InlineData(86400, 10, 10)]
    [InlineData(-1, 10, 1)]
    public async Task An_answer_holds_as_long_as_dns_says_but_a_second_at_least_and_the_interval_at_most(int life, int interval, int expected)
    {
        _dns.Have(new DnsService("one.internal", 81) { Life = life, Along = ["127.0.0.1"] });
        await using TestMesh mesh = await StartAsync(
            $$"""{ "Outbound": { "DnsRefreshInterval": "{{interval}}s" }, "Services": { "catalog": { "Endpoints": ["{{Name}}"] } } }""");

        Assert.Equal(TimeSpan.FromSeconds(expected), await NextPauseAsync());
    }

    [Fact]
    public async Task An_answer_that_does_not_fit_into_udp_is_asked_for_over_tcp()
    {
        DnsService[] many = [.. Enumerable.Range(1, 200).Select(i => new DnsService($"node{i}.internal", 8000 + i) { Along = [$"127.0.1.{i}"] })];
        _dns.HaveOverTcp(many);
        await using TestMesh mesh = await StartAsync(Rules.Catalog("", Name));

        Assert.Equal(200, (await EndpointsAsync(mesh)).Count);
        Assert.Equal((1, 1), (_dns.OverUdp, _dns.OverTcp));
    }

    [Theory]
    [MemberData(nameof(BadAnswers))]
    public async Task A_bad_answer_leaves_the_last_in_force_and_is_told_of_once(string bad)
    {
        await using Backend backend = await Backend.StartAsync("one");
        _dns.Have(new DnsService("one.internal", PortOf(backend)) { Along = ["127.0.0.1"] });
        await using TestMesh mesh = await StartAsync(Rules.Catalog("", Name));
        await mesh.Client().GetTextAsync("http://catalog/");

        Answer(bad);
        await LookUpAgainAsync();
        await LookUpAgainAsync();

        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
        FakeLogRecord line = Assert.Single(mesh.Logs.Of("DnsLookupFailed"));
        Assert.StartsWith("The DNS look-up of '_http._tcp.catalog.internal' failed; its last answer holds. ", line.Message, StringComparison.Ordinal);

        _dns.Have(new DnsService("one.internal", 82) { Along = ["127.0.0.2"] });
        await LookUpAgainAsync();
        Assert.Equal(["127.0.0.2:82"], Addresses(mesh));
    }

    [Fact]
    public async Task A_name_server_that_says_nothing_is_given_up_and_asked_again()
    {
        _dns.Have(new DnsService("one.internal", 81) { Along = ["127.0.0.1"] });
        await using TestMesh mesh = await StartAsync(Rules.Catalog("", Name));
        await EndpointsAsync(mesh);
        _time.Advance(await NextPauseAsync());
        _dns.BeSilent();

        // The next question hangs until its limit; the one that was under way may have had its answer before.
        await Eventually.Holds(() => Advance(TimeSpan.FromMilliseconds(500)) && mesh.Logs.Of("DnsLookupFailed").Count == 1);
        Assert.EndsWith("its last answer holds. There was no answer within 5 s.", mesh.Logs.Of("DnsLookupFailed")[0].Message, StringComparison.Ordinal);
        Assert.Equal(["127.0.0.1:81"], Addresses(mesh));

        _dns.Have(new DnsService("one.internal", 82) { Along = ["127.0.0.1"] });
        await Eventually.Holds(() => Advance(TimeSpan.FromMilliseconds(500)) && Addresses(mesh) is ["127.0.0.1:82"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_next_name_server_is_asked_where_one_fails(bool isSilent)
    {
        await using ScriptedDns first = ScriptedDns.Start();
        if (!isSilent)
        {
            first.Fail(2);
        }

        _dns.Have(new DnsService("one.internal", 81) { Along = ["127.0.0.1"] });
        await using TestMesh mesh = await StartAsync(Rules.Catalog("", Name), first.Address, _dns.Address);

        Assert.Equal(["127.0.0.1:81"], (await EndpointsAsync(mesh)).Select(endpoint => endpoint.Address));
        Assert.InRange(first.OverUdp, 1, 2);
        Assert.Equal(1, _dns.OverUdp);
    }

    [Theory]
    [InlineData("_https._tcp.localhost", true)]
    [InlineData("_https._tcp.catalog.internal", false)]
    public async Task The_certificate_is_for_the_name_that_was_asked_for_and_not_for_the_host_that_dns_names(string name, bool isRight)
    {
        await using Backend backend = await Backend.StartAsync("secure", tls: true, certificate: TestCertificates.Localhost);
        _dns.Have(new DnsService(isRight ? "node1.internal" : "localhost", PortOf(backend)) { Along = ["127.0.0.1"] });
        await using TestMesh mesh = await StartAsync(Rules.Route(NoRetry, "dns+srv:///" + name));

        if (isRight)
        {
            Assert.Equal("secure", await mesh.Client().GetTextAsync("https://catalog/"));
        }
        else
        {
            MeshException exception = await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("https://catalog/"));
            Assert.Equal(HttpRequestError.SecureConnectionError, exception.HttpRequestError);
        }
    }

    private static int PortOf(Backend backend) => new Uri($"http://{backend.Address}").Port;

    private static string[] Addresses(TestMesh mesh) => [.. mesh.Service().Endpoints.Select(endpoint => endpoint.Address)];

    private static async Task<IReadOnlyList<EndpointDescription>> EndpointsAsync(TestMesh mesh)
    {
        await Eventually.Holds(() => mesh.Mesh.Describe().Services is [{ Endpoints.Count: > 0 }]);
        return mesh.Service().Endpoints;
    }

    private void Answer(string bad)
    {
        switch (bad)
        {
            case "SERVFAIL":
                _dns.Fail(2);
                break;
            case "NXDOMAIN":
                _dns.Fail(3);
                break;
            case "nothing":
                _dns.Have();
                break;
            case "no service":
                _dns.Have(new DnsService(".", 80));
                break;
            case "port 0":
                _dns.Have(new DnsService("one.internal", 0) { Along = ["127.0.0.1"] });
                break;
            case "no host name":
                _dns.Have(new DnsService("not a host", 80) { Along = ["127.0.0.1"] });
                break;
            case "garbage":
                _dns.Answer(static (query, _) => [.. query.Take(2), .. Enumerable.Repeat((byte)0xff, 60)]);
                break;
            case "half an answer":
                _dns.Answer(static (query, _) => ScriptedDns.Reply(query, 0, new DnsService("one.internal", 80) { Along = ["127.0.0.1"] })[..^20]);
                break;
            case "another question's":
                _dns.Answer(static (query, _) => ScriptedDns.Reply([(byte)~query[0], .. query[1..]], 0, new DnsService("one.internal", 80) { Along = ["127.0.0.1"] }));
                break;
            default:
                _dns.Answer(static (query, _) => ScriptedDns.Reply(query, 0x0200));
                break;
        }
    }

    // An interval that differs from the limit of a look-up.
    private Task<TestMesh> StartAsync(string rules, params IPEndPoint[] servers) => TestMesh.StartAsync(WithInterval(rules), builder =>
    {
        _hosts.AddTo(builder);
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.Services.AddSingleton(new DnsOptions { Random = new MiddleRandom(), NameServers = servers is [] ? [_dns.Address] : servers });
    });

    private static string WithInterval(string rules) =>
        rules.Contains("Outbound", StringComparison.Ordinal) ? rules : "{ \"Outbound\": { \"DnsRefreshInterval\": \"4s\" }, " + rules.TrimStart()[1..];

    private bool Advance(TimeSpan time)
    {
        _time.Advance(time);
        return true;
    }

    /// <summary>How long is waited for until the next look-up. A real server is waited for, too, with a limit that is no pause.</summary>
    private async Task<TimeSpan> NextPauseAsync()
    {
        TimeSpan wait;
        do
        {
            wait = await _time.NextWait();
        }
        while (wait == DnsLookup.Limit);
        return wait;
    }

    /// <summary>Lets that time pass, and waits until the look-up has ended.</summary>
    private async Task LookUpAgainAsync()
    {
        _pause ??= await NextPauseAsync();
        _time.Advance(_pause.Value);
        _pause = await NextPauseAsync();
    }

    private sealed class MiddleRandom : Random
    {
        public override double NextDouble() => 0.5;
    }
}
