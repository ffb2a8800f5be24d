using Mesh.Client.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mesh.Client.Tests.Hosting;

/// <summary>How <see cref="HttpClient.Timeout"/> and the routes' own go together.</summary>
public sealed class ClientTimeoutTests
{
    private static readonly TimeSpan s_default = TimeSpan.FromSeconds(100);

    [Theory]
    [InlineData("http://catalog", 250)]
    [InlineData("https+http://CATALOG.default:8080/items/", 250)]
    [InlineData("http://short", 100)]
    [InlineData("http://none", 100)]
    [InlineData("http://unknown", 100)]
    [InlineData("https://outside.example", 100)]
    [InlineData(null, 100)]
    public async Task The_default_is_raised_to_the_longest_time_that_a_route_of_the_base_address_allows(string? address, int seconds)
    {
        await using TestApp app = await StartAsync(services => services.AddHttpClient("test", client => SetAddress(client, address)));

        Assert.Equal(TimeSpan.FromSeconds(seconds), app.Client("test").Timeout);
        Assert.Equal(s_default, app.Client().Timeout);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_base_address_may_be_set_before_or_after_the_mesh_is_added(bool meshFirst)
    {
        await using TestApp app = await StartAsync(
            services =>
            {
                services.ConfigureHttpClientDefaults(clients => clients.ConfigureHttpClient(client => SetAddress(client, "http://short")));
                services.AddHttpClient("test").ConfigureHttpClient(client => SetAddress(client, "http://catalog"));
            },
            meshFirst);

        Assert.Equal(TimeSpan.FromSeconds(250), app.Client("test").Timeout);
        Assert.Equal(s_default, app.Client().Timeout);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(3000)]
    public async Task A_clients_own_stays(int seconds)
    {
        await using TestApp app = await StartAsync(services => services.AddHttpClient("test", client =>
        {
            client.Timeout = TimeSpan.FromSeconds(seconds);
            SetAddress(client, "http://catalog");
        }));

        Assert.Equal(TimeSpan.FromSeconds(seconds), app.Client("test").Timeout);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_applications_own_default_stays(bool meshFirst)
    {
        TimeSpan own = TimeSpan.FromSeconds(3);
        await using TestApp app = await StartAsync(
            services =>
            {
                services.ConfigureHttpClientDefaults(clients => clients.ConfigureHttpClient(client => client.Timeout = own));
                services.AddHttpClient("test", client => SetAddress(client, "http://catalog"));
            },
            meshFirst);

        Assert.Equal(own, app.Client("test").Timeout);
    }

    [Fact]
    public async Task Clients_that_are_made_after_a_reload_have_the_new_time()
    {
        await using TestMesh mesh = await TestMesh.StartAsync("""{ "Services": { "catalog": { "Routes": [ { "Timeout": "5s" } ] } } }""", builder =>
            builder.Services.AddHttpClient("test", client => SetAddress(client, "http://catalog")));
        Assert.Equal(s_default, mesh.Client().Timeout);

        mesh.Change("""{ "Services": { "catalog": { "Routes": [ { "Timeout": "5m" } ] } } }""");

        Assert.Equal(TimeSpan.FromMinutes(5), mesh.Client().Timeout);
    }

    private static void SetAddress(HttpClient client, string? address) => client.BaseAddress = address is null ? null : new Uri(address);

    private static Task<TestApp> StartAsync(Action<IServiceCollection> configure, bool meshFirst = false) => TestApp.StartAsync(builder =>
    {
        builder.Configuration.AddPairs(
            ("Mesh:Services:catalog:Routes:0:Timeout", "1s"),
            ("Mesh:Services:catalog:Routes:0:Match:PathPrefix", "/quick"),
            ("Mesh:Services:catalog:Routes:1:Timeout", "250s"),
            ("Mesh:Services:short:Routes:0:Timeout", "99s"),
            ("Mesh:Services:none:Routes:0:Name", "none"));
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
}
