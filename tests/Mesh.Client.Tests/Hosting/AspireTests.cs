using Mesh.Client.Tests.Grpc;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Mesh.Client.Tests.Hosting;

/// <summary>The mesh in an application whose ServiceDefaults are as .NET Aspire's template writes them.</summary>
public sealed class AspireTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<bool, string> Shapes => new()
    {
        { true, "http://catalog" },
        { false, "http://catalog" },
        { true, "https+http://catalog" },
        { false, "https+http://catalog" },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Clients_by_name_work_with_the_mesh_before_and_after_the_defaults(bool meshFirst, string address)
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two");
        await using WebApplication app = await StartAsync(meshFirst, address, ("services:catalog:http:0", $"http://{one.Address}"), ("services:catalog:http:1", $"http://{two.Address}"));
        HttpClient browser = app.GetTestClient();

        for (int i = 0; i < 10; i++)
        {
            Assert.Contains(await browser.GetStringAsync(new Uri("/", UriKind.Relative), Cancel), (string[])["one", "two"]);
        }

        Assert.All([.. one.Requests, .. two.Requests], request => Assert.Equal("catalog", request.Host));
        IServiceMesh mesh = app.Services.GetRequiredService<IServiceMesh>();
        ServiceDescription catalog = Assert.Single(mesh.Describe().Services);
        Assert.Equal("service discovery", catalog.EndpointsFrom);
        Assert.Equal(2, catalog.Endpoints.Count);
        FakeLogRecord warning = Assert.Single(app.Services.GetFakeLogCollector().Of("ResilienceStacked"));
        Assert.Equal("catalog", warning.GetStructuredStateValue("Client"));
        Assert.Contains("RemoveAllResilienceHandlers", warning.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rules_of_the_settings_hold_over_Aspires_endpoints(bool meshFirst)
    {
        await using Backend one = await Backend.StartAsync("one");
        await using WebApplication app = await StartAsync(
            meshFirst,
            "https+http://catalog",
            ("services:catalog:http:0", $"http://{one.Address}"),
            ("Mesh:Services:catalog:Routes:0:Match:Path", "/elsewhere"));

        using HttpResponseMessage response = await app.GetTestClient().GetAsync(new Uri("/status", UriKind.Relative), Cancel);

        Assert.Equal("404", await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(0, one.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_gRPC_client_works_with_the_mesh_before_and_after_the_defaults(bool meshFirst)
    {
        await using Backend pricing = await Backend.StartGrpcAsync("pricing", new PricingService());
        await using WebApplication app = await StartAsync(meshFirst, "http://catalog", ("services:pricing:http:0", $"http://{pricing.Address}"));

        Assert.Equal("cup: 700", await app.GetTestClient().GetStringAsync(new Uri("/price", UriKind.Relative), Cancel));
        Assert.Equal("pricing", Assert.Single(pricing.Requests).Host);
    }

    [Fact]
    public async Task Without_the_standard_resilience_there_is_nothing_to_warn_of()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using WebApplication app = await StartAsync(
            meshFirst: false,
            "https+http://catalog",
#pragma warning disable EXTEXP0001 // The method is experimental still; the mesh's warning names it, for there is no other.
            services => services.ConfigureHttpClientDefaults(clients => clients.RemoveAllResilienceHandlers()),
#pragma warning restore EXTEXP0001
            ("services:catalog:http:0", $"http://{one.Address}"));

        Assert.Equal("one", await app.GetTestClient().GetStringAsync(new Uri("/", UriKind.Relative), Cancel));
        Assert.Empty(app.Services.GetFakeLogCollector().Of("ResilienceStacked"));
    }

    private static Task<WebApplication> StartAsync(bool meshFirst, string address, params (string Key, string? Value)[] settings) =>
        StartAsync(meshFirst, address, static _ => { }, settings);

    private static async Task<WebApplication> StartAsync(bool meshFirst, string address, Action<IServiceCollection> more, params (string Key, string? Value)[] settings)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = typeof(AspireTests).Assembly.GetName().Name });
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders().AddFakeLogging();
        builder.Configuration.AddPairs(settings);
        if (meshFirst)
        {
            builder.AddServiceMesh();
        }

        AddServiceDefaults(builder);
        if (!meshFirst)
        {
            builder.AddServiceMesh();
        }

        more(builder.Services);
        builder.Services.AddHttpClient("catalog", client => client.BaseAddress = new Uri(address));
        builder.Services.AddGrpcClient<Pricing.PricingClient>(options => options.Address = new Uri("http://pricing"));
        WebApplication app = builder.Build();
        app.MapGet("/", (IHttpClientFactory clients) => clients.CreateClient("catalog").GetStringAsync(new Uri("/items", UriKind.Relative)));
        app.MapGet("/status", async (IHttpClientFactory clients) =>
        {
            using HttpResponseMessage response = await clients.CreateClient("catalog").GetAsync(new Uri("/items", UriKind.Relative));
            return ((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
        });
        app.MapGet("/price", async (Pricing.PricingClient pricing) =>
        {
            PriceReply reply = await pricing.GetAsync(new PriceRequest { Item = "cup", Count = 7 });
            return $"{reply.Item}: {reply.Cents}";
        });
        await app.StartAsync(Cancel);
        return app;
    }

    // The template's own order and calls.
    private static TBuilder AddServiceDefaults<TBuilder>(TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });
        builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics.AddMeter("Microsoft.AspNetCore.Hosting", "System.Net.Http"))
            .WithTracing(tracing => tracing.AddSource(builder.Environment.ApplicationName));
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), ["live"]);
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http =>
        {
            http.AddStandardResilienceHandler();
            http.AddServiceDiscovery();
        });
        return builder;
    }

    private sealed class PricingService : Pricing.PricingBase
    {
        public override Task<PriceReply> Get(PriceRequest request, global::Grpc.Core.ServerCallContext context) =>
            Task.FromResult(new PriceReply { Item = request.Item, Cents = request.Count * 100 });
    }
}
