using System.Net;
using System.Net.Sockets;
using Mesh.Client.AspNetCore.Tests.Infrastructure;
using Mesh.Client.Sources;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using static Mesh.Model.Xds.Wire.MeshEndpointMetadata.Types;
using static Mesh.Model.Xds.Wire.RegisterRequest;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.AspNetCore.Tests.Registration;

/// <summary>What a process tells the config server, and when.</summary>
public sealed class RegistrationTests
{
    [Fact]
    public async Task A_process_tells_who_it_is_and_where_it_listens()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync();
        await using WebApp app = await WebApp.StartAsync(With(registry, """
            "Service": { "Name": "shop", "Namespace": "eu", "Version": "v2", "Labels": { "track": "canary" }, "Locality": { "Zone": "eu-1" }, "Weight": 7 },
            "Inbound": { "HealthCheck": { "Http": { "Path": "/ready", "StatusCodes": [200, 204] }, "Interval": "3s" } }
            """));

        Wire.Registration said = (await registry.Heard(1, MessageOneofCase.Registration)).Registration;

        Assert.Equal(("shop", "eu", "v2", 7u, "eu-1"), (said.Service, said.Namespace, said.Version, said.Weight, said.Locality.Zone));
        Assert.Equal("canary", said.Labels["track"]);
        Assert.Equal(app.Services.GetRequiredService<MeshIdentity>().Instance, said.Instance);
        Assert.Equal("/ready", said.HealthCheck.HttpHealthCheck.Path);
        Assert.Equal([200, 204], said.HealthCheck.HttpHealthCheck.ExpectedStatuses.Select(range => range.Start));
        Assert.Equal(3, said.HealthCheck.Interval.Seconds);
        Assert.Equal("Mesh.Client", said.UserAgentName);
        Wire.ListeningAddress address = Assert.Single(said.Addresses);
        Assert.Equal(
            ("127.0.0.1", (uint)new Uri(app.Url).Port, Scheme.Http, Protocols.All), (address.Host, address.Port, address.Scheme, address.Protocols));
        await Eventually.Holds(() => app.Registration?.Server == registry.Address);
        Assert.Equal([$"http://127.0.0.1:{address.Port}"], app.Registration!.Addresses);
        Assert.Equal((said.Instance, null), (app.Registration.Instance, app.Registration.Trouble));
        Assert.Contains($"'shop.eu' at http://127.0.0.1:{address.Port}", Assert.Single(app.Logs.Of("Registered")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_is_registered_once_it_knows_whom_it_is_to_call()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync();
        const string Upstreams = """ "Upstreams": "pricing" """;
        await using WebApp app = await WebApp.StartAsync(With(registry, Upstreams));
        await Eventually.Holds(() => app.Registration?.Trouble == "It waits for what the config server says of Mesh:Upstreams.");
        Assert.Empty(registry.Streams);

        app.Change(With(registry, Upstreams + """, "Services": { "pricing": { "Endpoints": ["127.0.0.1:5001"] } } """));

        await registry.Heard(1, MessageOneofCase.Registration);
        await Eventually.Holds(() => app.Registration?.Trouble is null);
    }

    [Fact]
    public async Task Listeners_of_urls_of_the_settings_and_of_code_are_told_with_what_they_speak()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync();
        await using WebApp app = await WebApp.StartAsync(
            With(registry),
            builder =>
            {
                builder.Configuration.AddPairs(("Kestrel:Endpoints:grpc:Url", "http://0.0.0.0:0"), ("Kestrel:Endpoints:grpc:Protocols", "Http2"));
                builder.WebHost.UseKestrelHttpsConfiguration();
                builder.WebHost.ConfigureKestrel(kestrel =>
                {
                    kestrel.Listen(IPAddress.Any, 0, listen => listen.Protocols = HttpProtocols.Http1);
                    kestrel.ListenAnyIP(0, listen => listen.UseHttps(TestCertificates.Localhost));
                });
            },
            urls: null);

        Wire.Registration said = (await registry.Heard(1, MessageOneofCase.Registration)).Registration;

        Assert.Equal(
            [("", Scheme.Http, Protocols.Http1), ("", Scheme.Http, Protocols.Http2), ("", Scheme.Https, Protocols.All)],
            said.Addresses.Select(address => (address.Host, address.Scheme, address.Protocols)).Order());
        Assert.DoesNotContain(said.Addresses, address => address.Port == 0);
    }

    [Fact]
    public async Task An_application_with_endpoint_defaults_of_its_own_keeps_them_and_is_told_to_speak_all()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync();
        await using WebApp app = await WebApp.StartAsync(
            With(registry), builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(listen => listen.Protocols = HttpProtocols.Http2)));

        Wire.Registration said = (await registry.Heard(1, MessageOneofCase.Registration)).Registration;

        Assert.Equal(Protocols.All, Assert.Single(said.Addresses).Protocols);
        using HttpClient client = new() { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        Assert.Equal("hello", await client.GetTextAsync(app.Url));
    }

    [Fact]
    public async Task The_settings_say_where_others_reach_the_process()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync();
        await using WebApp app = await WebApp.StartAsync(With(registry, """
            "Inbound": { "Addresses": ["http://10.0.0.5:80", "https://[fd00::5]:8443"] }
            """));

        Wire.Registration said = (await registry.Heard(1, MessageOneofCase.Registration)).Registration;

        Assert.Equal(
            [("10.0.0.5", 80u, Scheme.Http, Protocols.All), ("fd00::5", 8443u, Scheme.Https, Protocols.All)],
            said.Addresses.Select(address => (address.Host, address.Port, address.Scheme, address.Protocols)));
    }

    [Fact]
    public async Task Where_it_listens_over_IPv4_alone_it_is_not_registered_over_IPv6()
    {
        if (!Socket.OSSupportsIPv6)
        {
            Assert.Skip("There is no IPv6.");
            return;
        }

        await using RegistryServer ipv6 = await RegistryServer.StartAsync(address: IPAddress.IPv6Loopback);
        await using WebApp app = await WebApp.StartAsync(With(ipv6), urls: "http://0.0.0.0:0");
        await Eventually.Holds(() => app.Logs.Of("RegistrationOutOfReach").Count == 1);
        Assert.Contains("Mesh:Inbound:Addresses", app.Registration!.Trouble, StringComparison.Ordinal);
        Assert.Empty(ipv6.Streams);

        // What the settings say is another matter.
        app.Change($$"""{ "Inbound": { "Addresses": ["http://10.0.0.5:80"] }, {{With(ipv6)[1..]}}""");
        await Eventually.Holds(() => app.Registration?.Server == ipv6.Address);
    }

    [Theory]
    [InlineData("http://[::]:0", true)]
    [InlineData("http://[::1]:0", true)]
    [InlineData("http://127.0.0.1:0", true)]
    [InlineData("http://0.0.0.0:0", false)]
    public async Task The_next_server_is_told_where_the_first_is_of_the_other_family(string url, bool isFirst)
    {
        if (!Socket.OSSupportsIPv6)
        {
            Assert.Skip("There is no IPv6.");
            return;
        }

        await using RegistryServer ipv6 = await RegistryServer.StartAsync(address: IPAddress.IPv6Loopback);
        await using RegistryServer ipv4 = await RegistryServer.StartAsync();
        await using WebApp app = await WebApp.StartAsync(
            $$"""{ "ConfigServer": { "Addresses": ["{{ipv6.Address}}", "{{ipv4.Address}}"] } }""", urls: url);

        await Eventually.Holds(() => app.Registration?.Server == (isFirst ? ipv6 : ipv4).Address);
    }

    [Theory]
    [InlineData("Http2", 1)]
    [InlineData("Http1", 0)]
    public async Task An_address_whose_listener_cannot_be_told_is_told_of(string other, int times)
    {
        await using RegistryServer registry = await RegistryServer.StartAsync();
        await using WebApp app = await WebApp.StartAsync(
            With(registry, "\"Inbound\": { \"Addresses\": [\"http://10.0.0.5:1\"] }"),
            builder => builder.Configuration.AddPairs(
                ("Kestrel:Endpoints:a:Url", "http://127.0.0.1:0"), ("Kestrel:Endpoints:a:Protocols", "Http1"),
                ("Kestrel:Endpoints:b:Url", "http://127.0.0.1:0"), ("Kestrel:Endpoints:b:Protocols", other)),
            urls: null);

        Assert.Equal(times, app.Logs.Of("ProtocolsUnclear").Count);
    }

    [Fact]
    public async Task A_process_that_nobody_else_reaches_says_so_and_registers_nothing()
    {
        string socket = Path.Combine(Path.GetTempPath(), $"mesh-{Guid.NewGuid():N}.sock");
        await using RegistryServer registry = await RegistryServer.StartAsync();
        await using (WebApp app = await WebApp.StartAsync(With(registry), urls: $"http://unix:{socket}"))
        {
            Assert.Single(app.Logs.Of("NothingToRegister"));
            Assert.Null(app.Registration);
        }

        Assert.Empty(registry.Streams);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"Inbound\": { \"Enabled\": false }")]
    public async Task Without_a_config_server_or_switched_off_there_is_no_registration(string settings)
    {
        await using RegistryServer registry = await RegistryServer.StartAsync();
        await using WebApp app = await WebApp.StartAsync(settings.Length == 0 ? "{}" : With(registry, settings));

        Assert.Null(app.Registration);
        await app.StopAsync();
        Assert.Empty(registry.Streams);
        Assert.Empty(app.Logs.Of("NothingToRegister"));
    }

    [Fact]
    public async Task It_says_that_it_is_alive_as_often_as_the_server_asks()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync();
        registry.Script = stream =>
        {
            stream.KeepAliveInterval = TimeSpan.FromMilliseconds(100);
            return stream.BeGoodAsync();
        };
        await using WebApp app = await WebApp.StartAsync(With(registry));

        RegistryStream stream = await registry.Heard(1, MessageOneofCase.KeepAlive, times: 3);

        Assert.Single(stream.Registrations);
        Assert.Single(registry.Streams);
    }

    [Fact]
    public async Task A_change_of_the_settings_is_told_on_the_same_stream()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync();
        await using WebApp app = await WebApp.StartAsync(With(registry, "\"Service\": { \"Weight\": 1 }"));
        await registry.Heard(1, MessageOneofCase.Registration);

        app.Change(With(registry, "\"Service\": { \"Weight\": 5, \"Version\": \"v3\" }"));

        RegistryStream stream = await registry.Heard(1, MessageOneofCase.Registration, times: 2);
        Assert.Equal([(1u, ""), (5u, "v3")], stream.Registrations.Select(said => (said.Weight, said.Version ?? "")));
        Assert.Single(stream.Registrations.Select(said => said.Epoch).Distinct());
        Assert.Single(registry.Streams);
    }

    [Fact]
    public async Task What_does_not_concern_it_is_not_told()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync();
        await using WebApp app = await WebApp.StartAsync(With(registry, "\"Service\": { \"Weight\": 1 }"));
        await registry.Heard(1, MessageOneofCase.Registration);

        app.Change(With(registry, "\"Upstreams\": [\"pricing\"]"));
        app.Change(With(registry, "\"Service\": { \"Weight\": 5 }"));

        RegistryStream stream = await registry.Heard(1, MessageOneofCase.Registration, times: 2);
        Assert.Equal([1u, 5u], stream.Registrations.Select(said => said.Weight));
    }

    [Fact]
    public async Task Switched_off_while_it_runs_it_withdraws_and_switched_on_it_is_back()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync();
        await using WebApp app = await WebApp.StartAsync(With(registry));
        await registry.Heard(1, MessageOneofCase.Registration);

        app.Change(With(registry, "\"Inbound\": { \"Enabled\": false }"));

        await registry.Heard(1, MessageOneofCase.Withdrawal);
        Assert.Null(app.Registration);
        app.Change(With(registry));
        RegistryStream second = await registry.Heard(2, MessageOneofCase.Registration);
        Assert.True(second.Registration.Epoch > registry.Streams.First().Registration.Epoch);
    }

    [Fact]
    public async Task Another_name_is_another_registration()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync();
        await using WebApp app = await WebApp.StartAsync(With(registry, "\"Service\": { \"Name\": \"one\" }"));
        await registry.Heard(1, MessageOneofCase.Registration);

        app.Change(With(registry, "\"Service\": { \"Name\": \"two\" }"));

        await registry.Heard(1, MessageOneofCase.Withdrawal);
        Assert.Equal("two", (await registry.Heard(2, MessageOneofCase.Registration)).Registration.Service);
    }

    private static string With(RegistryServer registry, string settings = "") =>
        $$"""{ "ConfigServer": { "Addresses": ["{{registry.Address}}"] }{{(settings.Length == 0 ? "" : ",")}} {{settings}} }""";
}
