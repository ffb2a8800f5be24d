using Mesh.Client.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mesh.Client.Tests.Hosting;

/// <summary>How <see cref="HttpClient.Timeout"/> and the routes' own go together.</summary>
public sealed class ClientTimeoutTests
{
    private static readonly TimeSpan s_default = TimeSpan.FromSeconds(100);

    [Theory]
    [InlineData(null, 100)]
    [InlineData("99s", 100)]
    [InlineData("250s", 250)]
    public async Task The_default_is_raised_to_the_longest_time_that_a_route_allows(string? timeout, int seconds)
    {
        await using TestApp app = await StartAsync(timeout, _ => { });

        Assert.Equal(TimeSpan.FromSeconds(seconds), app.Client("test").Timeout);
        Assert.Equal(TimeSpan.FromSeconds(seconds), app.Client().Timeout);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(3000)]
    public async Task A_clients_own_stays(int seconds)
    {
        await using TestApp app = await StartAsync("250s", services =>
            services.AddHttpClient("test", client => client.Timeout = TimeSpan.FromSeconds(seconds)));

        Assert.Equal(TimeSpan.FromSeconds(seconds), app.Client("test").Timeout);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_applications_own_default_stays(bool meshFirst)
    {
        TimeSpan own = TimeSpan.FromSeconds(3);
        await using TestApp app = await StartAsync(
            "250s",
            services => services.ConfigureHttpClientDefaults(clients => clients.ConfigureHttpClient(client => client.Timeout = own)),
            meshFirst);

        Assert.Equal(own, app.Client("test").Timeout);
    }

    [Fact]
    public async Task Clients_that_are_made_after_a_reload_have_the_new_time()
    {
        await using TestMesh mesh = await TestMesh.StartAsync("""{ "Services": { "catalog": { "Routes": [ { "Timeout": "5s" } ] } } }""");
        Assert.Equal(s_default, mesh.Client().Timeout);

        mesh.Change("""{ "Services": { "catalog": { "Routes": [ { "Timeout": "5m" } ] } } }""");

        Assert.Equal(TimeSpan.FromMinutes(5), mesh.Client().Timeout);
    }

    private static Task<TestApp> StartAsync(string? timeout, Action<IServiceCollection> configure, bool meshFirst = false) => TestApp.StartAsync(builder =>
    {
        builder.Configuration.AddPairs(("Mesh:Services:catalog:Routes:0:Timeout", timeout ?? "1s"), ("Mesh:Services:other:Routes:0:Name", "none"));
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
