using Mesh.Client.Tests.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mesh.Client.Tests.Sources;

/// <summary>The configuration provider of Microsoft.Extensions.ServiceDiscovery, which .NET Aspire feeds by environment variables.</summary>
public sealed class ConfigurationEndpointTests
{
    [Fact]
    public async Task Aspires_environment_variables_name_the_endpoints()
    {
        await using Backend http = await Backend.StartAsync("http");
        await using Backend https = await Backend.StartAsync("https", tls: true);
        string prefix = $"MESH_TEST_{Guid.NewGuid():N}_";
        Environment.SetEnvironmentVariable($"{prefix}services__catalog__http__0", $"http://{http.Address}");
        Environment.SetEnvironmentVariable($"{prefix}services__catalog__https__0", $"https://localhost:{PortOf(https)}");
        await using TestApp app = await StartAsync(configuration => configuration.AddEnvironmentVariables(prefix));

        Assert.Equal("http", await app.Client().GetTextAsync("http://catalog/"));
        Assert.Equal(
            [$"http://{http.Address}", $"https://localhost:{PortOf(https)}"],
            Assert.Single(app.Mesh.Describe().Services).Endpoints.Select(endpoint => endpoint.Address));

        // The certificate is for localhost, the name that the endpoint was given by.
        Assert.Equal("https", await app.Client().GetTextAsync("https://catalog/"));
        Assert.Equal("https", await app.Client().GetTextAsync("https+http://catalog/"));
        Assert.Equal("http", await app.Client().GetTextAsync("http+https://catalog/"));
        Assert.All(https.Requests, request => Assert.Equal("catalog", request.Host));
    }

    [Fact]
    public async Task With_an_http_endpoint_alone_a_preference_for_https_gives_way()
    {
        await using Backend http = await Backend.StartAsync("http");
        await using TestApp app = await StartAsync(configuration => configuration.AddPairs(("services:catalog:http:0", $"http://{http.Address}")));

        Assert.Equal("http", await app.Client().GetTextAsync("https+http://catalog/"));
        MeshException exception = await Assert.ThrowsAsync<MeshException>(() => app.Client().GetTextAsync("https://catalog/"));
        Assert.Equal(MeshFailureReason.NoEndpoints, exception.Reason);
    }

    [Fact]
    public async Task Addresses_without_a_scheme_take_the_calls_of_the_scheme_that_they_are_listed_under()
    {
        await using Backend http = await Backend.StartAsync("http");
        await using Backend https = await Backend.StartAsync("https", tls: true);
        await using TestApp app = await StartAsync(configuration => configuration.AddPairs(
            ("Services:catalog:http:0", http.Address),
            ("Services:catalog:https:0", $"localhost:{PortOf(https)}")));

        for (int i = 0; i < 10; i++)
        {
            Assert.Equal("http", await app.Client().GetTextAsync("http://catalog/"));
            Assert.Equal("https", await app.Client().GetTextAsync("https://catalog/"));
        }
    }

    [Fact]
    public async Task An_address_that_is_listed_for_all_schemes_takes_all_calls()
    {
        await using Backend http = await Backend.StartAsync("http");
        await using TestApp app = await StartAsync(configuration => configuration.AddPairs(("Services:catalog:default:0", http.Address)));

        Assert.Equal("http", await app.Client().GetTextAsync("http://catalog/"));
        Assert.Equal([http.Address], Assert.Single(app.Mesh.Describe().Services).Endpoints.Select(endpoint => endpoint.Address));
    }

    [Fact]
    public async Task Endpoints_follow_the_configuration_and_their_end_is_not_passed_through()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two");
        ChangeableServices services = new();
        services.Have(one.Address);
        await using TestApp app = await StartAsync(configuration => configuration.Add(services));
        Assert.Equal("one", await app.Client().GetTextAsync("http://catalog/"));

        services.Have(two.Address);
        await app.Client().ComesToGet("two", "http://catalog/");

        services.Have();
        await Eventually.Holds(() => Assert.Single(app.Mesh.Describe().Services).Endpoints.Count == 0);
        MeshException exception = await Assert.ThrowsAsync<MeshException>(() => app.Client().GetTextAsync("http://catalog/"));
        Assert.Equal(MeshFailureReason.NoEndpoints, exception.Reason);

        services.Have(one.Address);
        await Eventually.Holds(() => Assert.Single(app.Mesh.Describe().Services).Endpoints.Count == 1);
        Assert.Equal("one", await app.Client().GetTextAsync("http://catalog/"));
    }

    [Fact]
    public async Task Pass_through_counts_as_not_knowing()
    {
        await using TestApp app = await StartAsync(configuration => configuration.AddPairs(("Mesh:Outbound:UnknownHosts", "Deny")));

        MeshException exception = await Assert.ThrowsAsync<MeshException>(() => app.Client().GetTextAsync("http://catalog/"));

        Assert.Equal(MeshFailureReason.UnknownHost, exception.Reason);
        Assert.Empty(app.Mesh.Describe().Services);
    }

    [Fact]
    public async Task A_name_that_becomes_known_later_becomes_a_service()
    {
        await using Backend one = await Backend.StartAsync("one");
        ChangeableServices services = new();
        await using TestApp app = await StartAsync(configuration => configuration.AddPairs(("Mesh:Outbound:UnknownHosts", "Deny")).Add(services));
        await Assert.ThrowsAsync<MeshException>(() => app.Client().GetTextAsync("http://catalog/"));

        services.Have(one.Address);
        await Eventually.Holds(() => app.Mesh.Describe().Services.Count == 1);

        Assert.Equal("one", await app.Client().GetTextAsync("http://catalog/"));
    }

    private static int PortOf(Backend backend) => new Uri($"http://{backend.Address}").Port;

    private static Task<TestApp> StartAsync(Action<IConfigurationBuilder> configure) => TestApp.StartAsync(builder =>
    {
        configure(builder.Configuration);
        builder.Services.AddServiceDiscovery();
        builder.AddServiceMesh();
    });

    private sealed class ChangeableServices : ConfigurationProvider, IConfigurationSource
    {
        public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

        public void Have(params string[] addresses)
        {
            Data = addresses.Select((address, index) => ($"Services:catalog:http:{index}", $"http://{address}"))
                .ToDictionary(pair => pair.Item1, pair => (string?)pair.Item2, StringComparer.OrdinalIgnoreCase);
            OnReload();
        }
    }
}
