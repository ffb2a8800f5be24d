using System.Net;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mesh.Client.Tests.Hosting;

public sealed class RemoveServiceMeshTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_is_taken_out_uses_its_own_primary_and_the_others_stay(bool meshFirst)
    {
        await using Backend backend = await Backend.StartAsync("mesh");
        await using Backend proxy = await Backend.StartAsync("own");
        await using TestApp app = await StartAsync(backend, proxy, meshFirst, services => services.AddHttpClient("out").RemoveServiceMesh());

        Assert.Equal("own", await app.Client("out").GetTextAsync("http://catalog/"));
        Assert.Equal("mesh", await app.Client("in").GetTextAsync("http://catalog/"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_defaults_of_all_clients_can_take_all_of_them_out(bool meshFirst)
    {
        await using Backend backend = await Backend.StartAsync("mesh");
        await using Backend proxy = await Backend.StartAsync("own");
        await using TestApp app = await StartAsync(backend, proxy, meshFirst, services =>
            services.ConfigureHttpClientDefaults(clients => clients.RemoveServiceMesh()));

        Assert.Equal("own", await app.Client("out").GetTextAsync("http://catalog/"));
        Assert.Equal("own", await app.Client("in").GetTextAsync("http://catalog/"));
        Assert.Equal("own", await app.Client().GetTextAsync("http://catalog/"));
    }

    [Fact]
    public async Task A_client_that_is_taken_out_keeps_its_timeout()
    {
        await using TestApp app = await TestApp.StartAsync(builder =>
        {
            builder.Configuration.AddPairs(("Mesh:Services:catalog:Routes:0:Timeout", "5m"));
            builder.AddServiceMesh();
            builder.Services.ConfigureHttpClientDefaults(clients => clients.ConfigureHttpClient(client => client.BaseAddress = new Uri("http://catalog")));
            builder.Services.AddHttpClient("out").RemoveServiceMesh();
        });

        Assert.Equal(TimeSpan.FromSeconds(100), app.Client("out").Timeout);
        Assert.Equal(TimeSpan.FromMinutes(5), app.Client("in").Timeout);
    }

    [Fact]
    public async Task A_client_that_is_taken_out_works_although_the_settings_are_faulty()
    {
        await using Backend backend = await Backend.StartAsync("own");
        ServiceCollection services = new();
        services.AddServiceMesh(new Microsoft.Extensions.Configuration.ConfigurationBuilder().AddPairs(("Mesh:Bogus", "1")).Build().GetSection("Mesh"));
        services.AddHttpClient("out").RemoveServiceMesh();
        await using ServiceProvider provider = services.BuildServiceProvider();

        Assert.Equal("own", await provider.GetRequiredService<IHttpClientFactory>().CreateClient("out").GetTextAsync($"http://{backend.Address}/"));
    }

    private static Task<TestApp> StartAsync(Backend backend, Backend proxy, bool meshFirst, Action<IServiceCollection> remove) => TestApp.StartAsync(builder =>
    {
        builder.Configuration.AddPairs(("Mesh:Services:catalog:Endpoints:0", backend.Address));
        if (meshFirst)
        {
            builder.AddServiceMesh();
        }

        builder.Services.ConfigureHttpClientDefaults(clients => clients.ConfigurePrimaryHttpMessageHandler(
            () => new SocketsHttpHandler { Proxy = new WebProxy(proxy.Address) }));
        remove(builder.Services);
        if (!meshFirst)
        {
            builder.AddServiceMesh();
        }
    });
}
