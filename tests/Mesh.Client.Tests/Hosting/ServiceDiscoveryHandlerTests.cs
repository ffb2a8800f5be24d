using Mesh.Client.Tests.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Tests.Hosting;

/// <summary>Clients that have the resolving handler of Microsoft.Extensions.ServiceDiscovery, or a resilience handler.</summary>
public sealed class ServiceDiscoveryHandlerTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_resolving_handler_is_taken_out_and_the_mesh_sees_the_name(bool meshFirst)
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using TestApp app = await StartAsync(backend, meshFirst, services => services.AddHttpClient("test").AddServiceDiscovery());

        Assert.Equal("one", await app.Client("test").GetTextAsync("http://catalog/"));
        Assert.Equal("catalog", Assert.Single(backend.Requests).Host);
        ServiceDescription catalog = Assert.Single(app.Mesh.Describe().Services);
        Assert.Equal("service discovery", catalog.EndpointsFrom);
    }

    [Fact]
    public async Task It_is_taken_out_from_the_defaults_of_all_clients_too()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using TestApp app = await StartAsync(backend, meshFirst: false, services => services.ConfigureHttpClientDefaults(clients => clients.AddServiceDiscovery()));

        Assert.Equal("one", await app.Client("test").GetTextAsync("http://catalog/"));
        Assert.Equal("catalog", Assert.Single(backend.Requests).Host);
    }

    [Fact]
    public async Task A_client_without_the_mesh_keeps_it()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using TestApp app = await StartAsync(backend, meshFirst: true, services => services.AddHttpClient("test").AddServiceDiscovery().RemoveServiceMesh());

        Assert.Equal("one", await app.Client("test").GetTextAsync("http://catalog/"));
        Assert.Equal(backend.Address, Assert.Single(backend.Requests).Host);
    }

    [Fact]
    public async Task A_stubbed_client_keeps_it()
    {
        await using Backend backend = await Backend.StartAsync("one");
        Stub stub = new();
        await using TestApp app = await StartAsync(backend, meshFirst: true, services =>
            services.AddHttpClient("test").AddServiceDiscovery().ConfigurePrimaryHttpMessageHandler(() => stub));

        await app.Client("test").GetTextAsync("http://catalog/");

        Assert.Equal(backend.Address, stub.Called?.Authority);
    }

    [Theory]
    [InlineData("http")]
    [InlineData("https+http")]
    [InlineData("http+https")]
    public async Task Preferred_schemes_in_the_address_mean_the_first_that_the_service_has(string scheme)
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using TestApp app = await StartAsync(backend, meshFirst: true, services => services.AddHttpClient("test").AddServiceDiscovery());

        Assert.Equal("one", await app.Client("test").GetTextAsync($"{scheme}://catalog/items?q=1"));
        SeenRequest seen = Assert.Single(backend.Requests);
        Assert.Equal("/items", seen.Path);
        Assert.Equal("catalog", seen.Host);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_the_mesh_is_not_asked_for_is_resolved_as_before(bool meshFirst)
    {
        await using Backend catalog = await Backend.StartAsync("catalog");
        await using Backend admin = await Backend.StartAsync("admin");
        await using Backend dotted = await Backend.StartAsync("dotted");
        await using TestApp app = await StartAsync(catalog, meshFirst, services => services.AddHttpClient("test").AddServiceDiscovery(), configuration => configuration.AddPairs(
            ("Services:catalog:admin:0", $"http://{admin.Address}"),
            ("Services:catalog.internal.example:http:0", $"http://{dotted.Address}")));
        HttpClient client = app.Client("test");

        Assert.Equal("catalog", await client.GetTextAsync("https+http://catalog/"));
        Assert.Equal("admin", await client.GetTextAsync("http://_admin.catalog/"));
        Assert.Equal("admin", await client.GetTextAsync("https+http://_admin.catalog/"));
        Assert.Equal("dotted", await client.GetTextAsync("https+http://catalog.internal.example/"));
        Assert.Equal(["catalog"], app.Mesh.Describe().Services.Select(service => service.Name));
    }

    [Fact]
    public async Task A_resilience_handler_on_top_is_warned_of_once_for_each_client()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using TestApp app = await StartAsync(backend, meshFirst: false, services =>
        {
            services.AddHttpClient("first").AddStandardResilienceHandler();
            services.AddHttpClient("second").AddStandardResilienceHandler();
            services.AddHttpClient("removed").RemoveServiceMesh().AddStandardResilienceHandler();
            services.AddHttpClient("plain");
        });

        foreach (string client in (string[])["first", "first", "second", "removed", "plain"])
        {
            await app.Client(client).GetTextAsync($"http://{backend.Address}/");
        }

        IReadOnlyList<Microsoft.Extensions.Logging.Testing.FakeLogRecord> lines = app.Logs.Of("ResilienceStacked");
        Assert.Equal(["first", "second"], lines.Select(line => line.GetStructuredStateValue("Client")));
        Assert.All(lines, line => Assert.Equal(LogLevel.Warning, line.Level));
    }

    private static Task<TestApp> StartAsync(
        Backend backend,
        bool meshFirst,
        Action<IServiceCollection> configure,
        Action<IConfigurationBuilder>? settings = null) => TestApp.StartAsync(builder =>
    {
        settings?.Invoke(builder.Configuration);
        builder.Configuration.AddPairs(("Services:catalog:http:0", $"http://{backend.Address}"));
        builder.Services.AddServiceDiscovery();
        if (meshFirst)
        {
            builder.AddServiceMesh();
        }

        configure(builder.Services);
        if (!meshFirst)
        {
            builder.AddServiceMesh();
        }
    });

    private sealed class Stub : HttpMessageHandler
    {
        public Uri? Called { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Called = request.RequestUri;
            return Task.FromResult(new HttpResponseMessage());
        }
    }
}
