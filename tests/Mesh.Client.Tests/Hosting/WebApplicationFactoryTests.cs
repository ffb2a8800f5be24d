using Mesh.Client.TestShop;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Client.Tests.Hosting;

/// <summary>Applications that add the mesh, under their users' own integration tests.</summary>
public sealed class WebApplicationFactoryTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stubbed_client_is_not_meshed()
    {
        await using WebApplicationFactory<ShopFront> factory = Start("127.0.0.1:1", services =>
            services.AddHttpClient("catalog").ConfigurePrimaryHttpMessageHandler(() => new Stub()));
        using HttpClient browser = factory.CreateClient();

        Assert.Equal("stub: http://catalog/items", await browser.GetStringAsync(new Uri("/", UriKind.Relative), Cancel));
        Assert.Null(Assert.Single(Assert.Single(factory.Services.GetRequiredService<IServiceMesh>().Describe().Services).Endpoints).Latency);
    }

    [Fact]
    public async Task Stubs_for_all_clients_win_too()
    {
        await using WebApplicationFactory<ShopFront> factory = Start("127.0.0.1:1", services =>
            services.ConfigureHttpClientDefaults(clients => clients.ConfigurePrimaryHttpMessageHandler(() => new Stub())));
        using HttpClient browser = factory.CreateClient();

        Assert.Equal("stub: http://catalog/items", await browser.GetStringAsync(new Uri("/", UriKind.Relative), Cancel));
    }

    [Fact]
    public async Task Two_factories_in_parallel_have_a_mesh_each()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two");
        await using WebApplicationFactory<ShopFront> first = Start(one.Address);
        await using WebApplicationFactory<ShopFront> second = Start(two.Address);
        using HttpClient browserOfFirst = first.CreateClient();
        using HttpClient browserOfSecond = second.CreateClient();

        await Parallel.ForAsync(0, 40, Cancel, async (i, cancel) =>
        {
            (HttpClient browser, string answer) = i % 2 == 0 ? (browserOfFirst, "one") : (browserOfSecond, "two");
            Assert.Equal(answer, await browser.GetStringAsync(new Uri("/", UriKind.Relative), cancel));
        });

        Assert.Equal((20, 20), (one.Count, two.Count));
        Assert.Equal([one.Address, two.Address], AddressesOf(first).Concat(AddressesOf(second)));
    }

    private static IEnumerable<string> AddressesOf(WebApplicationFactory<ShopFront> factory) =>
        factory.Services.GetRequiredService<IServiceMesh>().Describe().Services.SelectMany(service => service.Endpoints).Select(endpoint => endpoint.Address);

    private static WebApplicationFactory<ShopFront> Start(string catalog, Action<IServiceCollection>? configure = null) =>
        new WebApplicationFactory<ShopFront>().WithWebHostBuilder(host =>
        {
            host.UseSetting("Mesh:Services:catalog:Endpoints:0", catalog);
            host.UseSetting("Logging:LogLevel:Default", "None");
            host.ConfigureTestServices(configure ?? (static _ => { }));
        });

    private sealed class Stub : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage { Content = new StringContent($"stub: {request.RequestUri}") });
    }
}
