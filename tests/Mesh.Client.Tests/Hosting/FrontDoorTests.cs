using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Tests.Hosting;

public sealed class FrontDoorTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_host_application_builder_takes_the_mesh_and_is_handed_back()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using TestApp app = await TestApp.StartAsync(builder =>
        {
            builder.Configuration.AddPairs(("Mesh:Services:catalog:Endpoints:0", backend.Address));
            HostApplicationBuilder returned = builder.AddServiceMesh();
            Assert.Same(builder, returned);
        });

        Assert.Equal("one", await app.Client().GetTextAsync("http://catalog/"));
    }

    [Fact]
    public async Task A_web_application_builder_takes_the_mesh_inside_a_generic_method()
    {
        await using Backend backend = await Backend.StartAsync("one");
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = typeof(FrontDoorTests).Assembly.GetName().Name });
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Configuration.AddPairs(("Mesh:Services:catalog:Endpoints:0", backend.Address));
        WebApplicationBuilder returned = AddServiceDefaults(builder).AddServiceMesh();
        await using WebApplication app = builder.Build();
        app.MapGet("/", (IHttpClientFactory clients) => clients.CreateClient().GetStringAsync(new Uri("http://catalog/"), Cancel));
        await app.StartAsync(Cancel);

        Assert.Same(builder, returned);
        Assert.Equal("one", await app.GetTestClient().GetStringAsync(new Uri("/", UriKind.Relative), Cancel));
    }

    [Fact]
    public async Task A_service_collection_takes_the_mesh_with_a_section_of_any_name()
    {
        await using Backend backend = await Backend.StartAsync("one");
        IConfigurationRoot configuration = new ConfigurationBuilder().AddPairs(("My:Rules:Services:catalog:Endpoints:0", backend.Address)).Build();
        ServiceCollection services = new();
        IMeshBuilder mesh = services.AddServiceMesh(configuration.GetSection("My:Rules"));
        await using ServiceProvider provider = services.BuildServiceProvider();

        Assert.Same(services, mesh.Services);
        Assert.Equal("one", await provider.GetRequiredService<IHttpClientFactory>().CreateClient().GetTextAsync("http://catalog/"));
    }

    [Fact]
    public async Task A_fault_names_the_path_that_the_section_really_has()
    {
        IConfigurationRoot configuration = new ConfigurationBuilder().AddPairs(("My:Rules:Services:catalog:Endpoints:0", "nowhere")).Build();
        ServiceCollection services = new();
        services.AddServiceMesh(configuration.GetSection("My:Rules"));
        await using ServiceProvider provider = services.BuildServiceProvider();

        MeshConfigurationException exception = Assert.Throws<MeshConfigurationException>(provider.GetRequiredService<IServiceMesh>);
        Assert.StartsWith("My:Rules:Services:catalog:Endpoints:0", Assert.Single(exception.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Adding_the_mesh_again_changes_nothing()
    {
        await using Backend backend = await Backend.StartAsync("one", context =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        });
        List<IMeshBuilder> configured = [];
        await using TestApp app = await TestApp.StartAsync(builder =>
        {
            builder.Configuration.AddPairs(("Mesh:Services:catalog:Endpoints:0", backend.Address));
            builder.AddServiceMesh(configured.Add).AddServiceMesh(configured.Add);
            configured.Add(builder.Services.AddServiceMesh(builder.Configuration.GetSection("Other")));
        });

        using HttpResponseMessage response = await app.Client().GetUriAsync("http://catalog/");

        // One mesh retries once; two around one another would make four of it.
        Assert.Equal(2, backend.Count);
        Assert.Equal(3, configured.Count);
        Assert.All(configured, mesh => Assert.Same(configured[0], mesh));
        Assert.Empty(app.Logs.Of("ClientNotMeshed"));
    }

    [Fact]
    public async Task Without_a_section_the_mesh_knows_nothing_and_calls_pass_through()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using TestApp app = await TestApp.StartAsync(builder => builder.AddServiceMesh());

        Assert.Equal("one", await app.Client().GetTextAsync($"http://{backend.Address}/"));
        Assert.Empty(app.Mesh.Describe().Services);
        Assert.True(app.Mesh.Describe().Enabled);
    }

    [Fact]
    public async Task A_typed_client_and_a_keyed_client_are_meshed()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using TestApp app = await TestApp.StartAsync(builder =>
        {
            builder.Configuration.AddPairs(("Mesh:Services:catalog:Endpoints:0", backend.Address));
            builder.Services.AddHttpClient<CatalogClient>(client => client.BaseAddress = new Uri("http://catalog"));
            builder.Services.AddHttpClient("keyed").AddAsKeyed();
            builder.AddServiceMesh();
        });

        using IServiceScope scope = app.Services.CreateScope();
        Assert.Equal("one", await scope.ServiceProvider.GetRequiredService<CatalogClient>().GetAsync());
        Assert.Equal("one", await scope.ServiceProvider.GetRequiredKeyedService<HttpClient>("keyed").GetTextAsync("http://catalog/"));
        Assert.All(backend.Requests, request => Assert.Equal("catalog", request.Host));
    }

    [Fact]
    public async Task The_applications_name_is_its_name_in_the_mesh_unless_the_settings_give_one()
    {
        await using TestApp unnamed = await TestApp.StartAsync(builder => builder.AddServiceMesh(), "storefront");
        await using TestApp named = await TestApp.StartAsync(
            builder =>
            {
                builder.Configuration.AddPairs(("Mesh:Service:Name", "front"));
                builder.AddServiceMesh();
            },
            "storefront");

        Assert.Equal("storefront", unnamed.Mesh.Describe().Service);
        Assert.Equal("front", named.Mesh.Describe().Service);
    }

    private static TBuilder AddServiceDefaults<TBuilder>(TBuilder builder)
        where TBuilder : IHostApplicationBuilder => builder.AddServiceMesh();

    private sealed class CatalogClient(HttpClient client)
    {
        public Task<string> GetAsync() => client.GetStringAsync(new Uri("/items", UriKind.Relative), Cancel);
    }
}
