using System.Net.Http.Headers;
using Mesh.Client.Runtime;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Client.Tests.Runtime;

/// <summary>Which hosts the mesh asks its sources for, and what becomes of those that nobody knows.</summary>
public sealed class UnknownHostTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Denied_hosts_fail_with_the_host_and_the_setting()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using TestMesh mesh = await TestMesh.StartAsync("""{ "Outbound": { "UnknownHosts": "Deny" } }""");

        foreach (string host in (string[])[backend.Address, "unknown", "api.example.com"])
        {
            MeshException exception = await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync($"http://{host}/"));
            MeshException synchronous = Assert.Throws<MeshException>(() => mesh.Client().SendText($"http://{host}/"));

            Assert.Equal(exception.Message, synchronous.Message);
            Assert.Equal(MeshFailureReason.UnknownHost, exception.Reason);
            Assert.Equal(host.Split(':')[0], exception.Service);
            Assert.Equal(0, exception.Attempts);
            Assert.Null(exception.Route);
            Assert.Null(exception.Endpoint);
            Assert.Contains($"'{host.Split(':')[0]}'", exception.Message, StringComparison.Ordinal);
            Assert.Contains("Mesh:Outbound:UnknownHosts", exception.Message, StringComparison.Ordinal);
        }

        Assert.Equal(0, backend.Count);
    }

    [Fact]
    public async Task A_denied_gRPC_call_gets_a_status_with_the_host_and_the_setting()
    {
        await using TestMesh mesh = await TestMesh.StartAsync("""{ "Outbound": { "UnknownHosts": "Deny" } }""");
        using HttpRequestMessage request = new(HttpMethod.Post, "http://pricing/shop.Pricing/Get");
        request.Version = new Version(2, 0);
        request.Content = new ByteArrayContent([0, 0, 0, 0, 0]);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");

        using HttpResponseMessage response = await mesh.Client().SendAsync(request, Cancel);

        Assert.Equal("14", Assert.Single(response.Headers.GetValues("grpc-status")));
        string message = Assert.Single(response.Headers.GetValues("grpc-message"));
        Assert.Contains("'pricing'", message, StringComparison.Ordinal);
        Assert.Contains("Mesh:Outbound:UnknownHosts", message, StringComparison.Ordinal);
        Assert.StartsWith("mesh; error=destination_not_found", Assert.Single(response.Headers.GetValues("Proxy-Status")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Denying_and_allowing_change_while_it_runs()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using TestMesh mesh = await TestMesh.StartAsync("""{ "Outbound": { "UnknownHosts": "Deny" } }""");
        using HttpClient client = mesh.Client();
        await Assert.ThrowsAsync<MeshException>(() => client.GetTextAsync($"http://{backend.Address}/"));

        mesh.Change("""{ "Outbound": { "UnknownHosts": "Allow" } }""");
        Assert.Equal("one", await client.GetTextAsync($"http://{backend.Address}/"));

        mesh.Change("""{ "Outbound": { "UnknownHosts": "Deny" } }""");
        await Assert.ThrowsAsync<MeshException>(() => client.GetTextAsync($"http://{backend.Address}/"));
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST")]
    [InlineData("127.0.0.1")]
    [InlineData("10.1.2.3")]
    [InlineData("[::1]")]
    [InlineData("[fe80::1%251]")]
    [InlineData("2130706433")]
    [InlineData("0x7f.1")]
    [InlineData("api.example.com")]
    [InlineData("catalog.shop")]
    [InlineData("other.mesh.example")]
    [InlineData("sub.exact.corp")]
    [InlineData("localhost.")]
    public async Task The_sources_are_never_asked_for(string host)
    {
        FakeDiscovery discovery = new();
        await using TestMesh mesh = await StartAsync(discovery);

        await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync($"http://{host}:8080/"));

        Assert.Empty(discovery.Asked);
    }

    [Theory]
    [InlineData("catalog", "catalog")]
    [InlineData("Catalog", "catalog")]
    [InlineData("catalog.default", "catalog")]
    [InlineData("catalog.DEFAULT", "catalog")]
    [InlineData("cat_alog-1", "cat_alog-1")]
    [InlineData("a.mesh", "a.mesh")]
    [InlineData("a.b.mesh", "a.b.mesh")]
    [InlineData("exact.corp", "exact.corp")]
    public async Task The_sources_are_asked_for(string host, string name)
    {
        FakeDiscovery discovery = new();
        await using TestMesh mesh = await StartAsync(discovery);

        await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync($"http://{host}:8080/"));

        Assert.Equal([name], discovery.Asked);
    }

    [Fact]
    public async Task The_own_namespace_is_the_settings()
    {
        FakeDiscovery discovery = new();
        await using TestMesh mesh = await StartAsync(discovery, """{ "Service": { "Namespace": "shop" }, "Outbound": { "UnknownHosts": "Deny" } }""");

        await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("http://catalog.shop/"));
        await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("http://catalog.default/"));

        Assert.Equal(["catalog"], discovery.Asked);
    }

    [Fact]
    public async Task A_declared_name_with_dots_is_a_service_and_all_its_spellings_are_one()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using TestMesh mesh = await TestMesh.StartAsync($$"""
            { "Services": { "catalog": { "Endpoints": ["{{backend.Address}}"] }, "Pricing.Shop": { "Endpoints": ["{{backend.Address}}"] } } }
            """);

        foreach (string host in (string[])["catalog", "CATALOG", "catalog.default", "catalog:8080", "pricing.shop", "PRICING.shop"])
        {
            Assert.Equal("one", await mesh.Client().GetTextAsync($"http://{host}/"));
        }

        Assert.Equal(["catalog", "pricing.shop"], mesh.Mesh.Describe().Services.Select(service => service.Name));
    }

    [Fact]
    public async Task Domains_change_while_it_runs()
    {
        FakeDiscovery discovery = new();
        await using TestMesh mesh = await StartAsync(discovery, """{ "Outbound": { "UnknownHosts": "Deny" } }""");
        await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("http://catalog.mesh/"));
        Assert.Empty(discovery.Asked);

        mesh.Change("""{ "Outbound": { "UnknownHosts": "Deny", "Domains": ["*.mesh"] } }""");
        await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("http://catalog.mesh/"));

        Assert.Equal(["catalog.mesh"], discovery.Asked);
    }

    [Fact]
    public async Task Ever_new_names_are_not_remembered_for_ever()
    {
        FakeDiscovery discovery = new();
        discovery["known"].Have("127.0.0.1:1");
        await using TestMesh mesh = await StartAsync(discovery);
        HttpClient client = mesh.Client();
        await Assert.ThrowsAsync<MeshException>(() => client.GetTextAsync("http://known/"));
        int most = 0;
        for (int i = 0; i < 3000; i++)
        {
            await Assert.ThrowsAsync<MeshException>(() => client.GetTextAsync($"http://name-{i}/"));
            most = Math.Max(most, discovery.Live);
        }

        // Two providers for each name, one a scheme. They are disposed in the background.
        Assert.InRange(most, 2, 2 * 2000);
        await Eventually.Holds(() => discovery.Live <= 2 * 1100);
        MeshRuntime runtime = mesh.Services.GetRequiredService<MeshRuntime>();
        Assert.InRange(Enumerable.Range(0, 3000).Count(i => runtime.Find($"name-{i}") is not null), 1, 1100);
        Assert.NotNull(runtime.Find("known"));
        Assert.Equal(2, discovery["known"].Providers);
    }

    [Fact]
    public async Task A_name_that_was_forgotten_is_asked_for_again()
    {
        await using Backend backend = await Backend.StartAsync("one");
        FakeDiscovery discovery = new();
        await using TestMesh mesh = await StartAsync(discovery);
        HttpClient client = mesh.Client();
        await Assert.ThrowsAsync<MeshException>(() => client.GetTextAsync("http://late/"));
        MeshRuntime runtime = mesh.Services.GetRequiredService<MeshRuntime>();
        for (int i = 0; runtime.Find("late") is not null; i++)
        {
            Assert.True(i < 3000, "It was never forgotten.");
            await Assert.ThrowsAsync<MeshException>(() => client.GetTextAsync($"http://name-{i}/"));
        }

        discovery["late"].Have(backend.Address);

        Assert.Equal("one", await client.GetTextAsync("http://late/"));
    }

    [Fact]
    public async Task A_routes_target_that_was_forgotten_is_found_again_when_it_becomes_known()
    {
        await using Backend one = await Backend.StartAsync("one");
        FakeDiscovery discovery = new();
        await using TestMesh mesh = await StartAsync(discovery, """
            { "Outbound": { "UnknownHosts": "Deny" }, "Services": { "shop": { "Routes": [ { "To": [{ "Service": "late" }] } ] } } }
            """);
        HttpClient client = mesh.Client();
        MeshException exception = await Assert.ThrowsAsync<MeshException>(() => client.GetTextAsync("http://shop/"));
        Assert.Equal(MeshFailureReason.NoEndpoints, exception.Reason);
        MeshRuntime runtime = mesh.Services.GetRequiredService<MeshRuntime>();
        for (int i = 0; runtime.Find("late") is not null; i++)
        {
            Assert.True(i < 3000, "It was never forgotten.");
            await Assert.ThrowsAsync<MeshException>(() => client.GetTextAsync($"http://name-{i}/"));
        }

        discovery["late"].Have(one.Address);

        Assert.Equal("one", await client.GetTextAsync("http://shop/"));
    }

    [Fact]
    public async Task Parallel_calls_to_ever_new_names_end_and_stay_bounded()
    {
        FakeDiscovery discovery = new();
        await using TestMesh mesh = await StartAsync(discovery);
        HttpClient client = mesh.Client();

        await Parallel.ForAsync(0, 4000, Cancel, async (i, _) =>
            await Assert.ThrowsAsync<MeshException>(() => client.GetTextAsync($"http://name-{i % 1500}.default/")));

        await Eventually.Holds(() => discovery.Live <= 2 * 1200);
        MeshRuntime runtime = mesh.Services.GetRequiredService<MeshRuntime>();
        Assert.All(Enumerable.Range(0, 1500), i => Assert.True(
            runtime.Find($"name-{i}.default") is not { } service || service == runtime.Find($"name-{i}"), $"name-{i} is known by a spelling only."));
        Assert.Empty(mesh.Mesh.Describe().Services);
    }

    private static Task<TestMesh> StartAsync(FakeDiscovery discovery, string? rules = null) => TestMesh.StartAsync(
        rules ?? """{ "Outbound": { "UnknownHosts": "Deny", "Domains": ["*.mesh", "exact.corp"] } }""",
        discovery.AddTo);
}
