using System.Net;
using System.Net.Http.Headers;
using Mesh.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mesh.AotConsole;

/// <summary>The mesh in a host, as most applications have it, with the rules of appsettings.json.</summary>
internal sealed class HostedChecks(Checks checks, IHost host, HttpClient client, Observed observed)
{
    public static async Task RunAsync(Checks checks, Shop v1, Shop v2)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"));
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Mesh:Services:catalog:Endpoints:0:Address"] = v1.Address,
            ["Mesh:Services:catalog:Endpoints:0:Version"] = "v1",
            ["Mesh:Services:catalog:Endpoints:1:Address"] = v2.Address,
            ["Mesh:Services:catalog:Endpoints:1:Version"] = "v2",
            ["Mesh:Services:flaky:Endpoints:0"] = Shop.DeadAddress(),
            ["Mesh:Services:flaky:Endpoints:1"] = v1.Address,
            ["Mesh:Services:named:Endpoints:0"] = $"dns:///localhost:{v1.Port}",
        });
        builder.AddServiceMesh(mesh => mesh.ConfigureTransport(static (_, handler) => handler.ConnectTimeout = TimeSpan.FromSeconds(10)));
        builder.Services.AddHttpClient("shop");

        using Observed observed = new();
        using IHost host = builder.Build();
        await checks.ExpectAsync("the host starts", "started", async () =>
        {
            await host.StartAsync();
            return "started";
        });

        using HttpClient client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("shop");
        HostedChecks hosted = new(checks, host, client, observed);
        await hosted.MatchAsync();
        await hosted.ActAsync();
        await hosted.RecoverAsync();
        await hosted.TellAsync();
        await hosted.SwitchOffAsync();
        await host.StopAsync();
    }

    private async Task MatchAsync()
    {
        await ExpectAsync("a header matches a pattern", "200 v2 GET / x-tester: yes", "http://catalog/", ("x-tester", "yes"));
        await ExpectAsync("a query parameter is in a range", "200 v2 GET /search?page=3", "http://catalog/search?page=3");
        await ExpectAsync("a path matches a pattern", "200 v1 GET /items/7", "http://catalog/items/7");
        await ExpectAsync("a wildcard host is the service", "200 v1 GET /items/7", "http://eu.catalog.internal/items/7");
        await ExpectAsync("nothing matches", "404 ", "http://catalog/unheard-of");
        await checks.ExpectAsync("calls are split by weight", "200 v1 GET /split, 200 v2 GET /split", async () =>
        {
            SortedSet<string> answers = new(StringComparer.Ordinal);
            for (int i = 0; i < 64; i++)
            {
                answers.Add(await GetAsync("http://catalog/split"));
            }

            return string.Join(", ", answers);
        });
    }

    private async Task ActAsync()
    {
        await ExpectAsync("a route answers by itself", "410 closed", "http://catalog/closed");
        await ExpectAsync("a fault aborts", "418 ", "http://catalog/broken");
        await ExpectAsync("path and headers are rewritten", "200 v1 GET /items/12 x-added: yes", "http://catalog/i/12");
        await ExpectAsync("a redirect is followed", "200 v1 GET /items/7", "http://catalog/moved");
        await checks.ExpectAsync("a gRPC call gets a gRPC status", "200 grpc-status 8", async () =>
        {
            using HttpRequestMessage request = new(HttpMethod.Post, "http://pricing/shop.Pricing/Get") { Version = HttpVersion.Version20 };
            request.Content = new ByteArrayContent([0, 0, 0, 0, 0]);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
            using HttpResponseMessage response = await client.SendAsync(request);
            return $"{(int)response.StatusCode} grpc-status {response.Headers.GetValues("grpc-status").Single()}";
        });
        await checks.ExpectAsync("a route's timeout ends the call", nameof(TimeoutException), async () =>
        {
            try
            {
                return await GetAsync("http://catalog/late");
            }
            catch (TaskCanceledException exception) when (exception.InnerException is TimeoutException)
            {
                return nameof(TimeoutException);
            }
        });
        await checks.ExpectAsync("a failure has its reason", "NoEndpoints catalog nowhere", async () =>
        {
            try
            {
                return await GetAsync("http://catalog/nowhere");
            }
            catch (MeshException exception)
            {
                return $"{exception.Reason} {exception.Service} {exception.Route}";
            }
        });
    }

    private async Task RecoverAsync()
    {
        for (int i = 0; i < 3; i++)
        {
            await ExpectAsync("a dead endpoint is got round", "200 v1 GET /", "http://flaky/");
        }

        await checks.ExpectAsync("the call was sent again", "1", () => Task.FromResult($"{observed.Sum("mesh.client.retries")}"));
        await checks.ExpectAsync("the dead endpoint is ejected", "Ejected, Ready", () => Task.FromResult(Endpoints("flaky")));
        await ExpectAsync("a host is looked up", "200 v1 GET /", "http://named/");
    }

    private async Task TellAsync()
    {
        await checks.ExpectAsync("the rules in force are described", "console v1 True: catalog, flaky, named, pricing", () =>
        {
            MeshDescription description = host.Services.GetRequiredService<IServiceMesh>().Describe();
            IEnumerable<string> names = description.Services.Select(static service => service.Name).Order(StringComparer.Ordinal);
            return Task.FromResult($"{description.Service} {description.Version} {description.Enabled}: {string.Join(", ", names)}");
        });
        await checks.ExpectAsync("calls are measured", "True 1", () =>
            Task.FromResult($"{observed.Sum("mesh.client.call.duration") > 64} {observed.Sum("mesh.client.ejections")}"));
        await checks.ExpectAsync("calls are traced", "True", () => Task.FromResult($"{observed.Spans.Contains("mesh catalog")}"));
    }

    private async Task SwitchOffAsync() => await checks.ExpectAsync("settings change while it runs", "200", async () =>
    {
        IConfigurationRoot configuration = (IConfigurationRoot)host.Services.GetRequiredService<IConfiguration>();
        configuration["Mesh:Enabled"] = "false";
        configuration.Reload();

        using CancellationTokenSource bound = new(TimeSpan.FromSeconds(20));
        while (host.Services.GetRequiredService<IServiceMesh>().Describe().Enabled)
        {
            await Task.Delay(10, bound.Token);
        }

        return (await GetAsync("http://catalog/closed"))[..3];
    });

    private Task ExpectAsync(string what, string expected, string address, params (string Name, string Value)[] headers) =>
        checks.ExpectAsync(what, expected, () => GetAsync(address, headers));

    private async Task<string> GetAsync(string address, params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, address);
        foreach ((string name, string value) in headers)
        {
            request.Headers.Add(name, value);
        }

        using HttpResponseMessage response = await client.SendAsync(request);
        return $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}";
    }

    private string Endpoints(string service) => string.Join(", ", host.Services.GetRequiredService<IServiceMesh>().Describe()
        .Services.Single(description => description.Name == service)
        .Endpoints.Select(static endpoint => endpoint.State));
}
