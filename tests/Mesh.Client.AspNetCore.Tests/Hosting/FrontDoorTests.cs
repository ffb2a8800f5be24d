using Mesh.Client.AspNetCore.Draining;
using Mesh.Client.AspNetCore.Tests.Infrastructure;
using Mesh.Client.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mesh.Client.AspNetCore.Tests.Hosting;

/// <summary>How an application comes to the inbound half, and what one without it is told.</summary>
public sealed class FrontDoorTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Orders => ["before", "after", "alone", "twice", "inside"];

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task The_call_for_a_web_application_adds_one_inbound_half_whatever_else_is_called(string order)
    {
        int configured = 0;
        await using WebApplication app = Build(builder =>
        {
            switch (order)
            {
                case "before":
                    AddServiceDefaults(builder);
                    break;
                case "inside":
                    AddServiceDefaults(builder, static mesh => mesh.AddInbound());
                    break;
                case "twice":
                    builder.AddServiceMesh();
                    break;
            }

            // The compiler chooses the web application's own method, which returns its own builder.
            WebApplicationBuilder returned = builder.AddServiceMesh(_ => configured++);
            Assert.Same(builder, returned);
            if (order == "after")
            {
                AddServiceDefaults(builder);
            }
        });

        await app.StartAsync(Cancel);

        Assert.Equal(1, configured);
        Assert.Single(app.Services.GetServices<IInboundHalf>());
        Assert.Single(app.Services.GetServices<IStartupFilter>().OfType<DrainingAnswers>());
        Assert.Equal(
            [("mesh-draining", "ready"), ("mesh-policy", "ready")],
            app.Services.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations.Select(check => (check.Name, Assert.Single(check.Tags))));
        await app.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_web_application_with_the_outbound_half_alone_does_not_start_and_is_told_what_to_call()
    {
        await using WebApplication app = Build(static builder => AddServiceDefaults(builder));

        string fault = Assert.Single((await Assert.ThrowsAsync<MeshConfigurationException>(() => app.StartAsync(Cancel))).Faults);

        Assert.StartsWith("Mesh:Inbound:Enabled: ", fault, StringComparison.Ordinal);
        Assert.Contains("Mesh.Client.AspNetCore", fault, StringComparison.Ordinal);
        Assert.Contains("builder.AddServiceMesh()", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Mesh:Inbound:Enabled")]
    [InlineData("Mesh:Enabled")]
    public async Task It_starts_where_the_settings_want_none(string setting)
    {
        await using WebApplication app = Build(builder =>
        {
            builder.Configuration.AddPairs((setting, "false"));
            AddServiceDefaults(builder);
        });

        await app.StartAsync(Cancel);
        await app.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_worker_needs_none_and_may_have_one()
    {
        foreach (bool hasInbound in (bool[])[false, true])
        {
            HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "worker" });
            builder.AddServiceMesh(mesh => (hasInbound ? mesh.AddInbound() : mesh).Services.Count.ToString());
            using IHost host = builder.Build();

            await host.StartAsync(Cancel);

            Assert.Null(host.Services.GetRequiredService<IServiceMesh>().Describe().Registration);
            await host.StopAsync(Cancel);
        }
    }

    [Fact]
    public async Task A_test_host_has_nothing_to_register_and_nothing_fails()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync();
        await using WebApp app = await WebApp.StartAsync(
            $$"""{ "ConfigServer": { "Addresses": ["{{registry.Address}}"] } }""", builder => builder.WebHost.UseTestServer());

        using HttpClient client = app.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>() is TestServer server ? server.CreateClient() : throw new InvalidOperationException();
        Assert.Equal("hello", await client.GetTextAsync("http://localhost/"));
        Assert.Null(app.Registration);
        await app.StopAsync();
        Assert.Empty(registry.Streams);
        Assert.Empty(app.Logs.Of("NothingToRegister"));
    }

    [Theory]
    [InlineData("20s", "00:00:20")]
    [InlineData("30s", "00:00:20")]
    public async Task A_drain_that_the_host_would_not_wait_for_ends_the_start(string drain, string shutdown)
    {
        MeshConfigurationException exception = await Assert.ThrowsAsync<MeshConfigurationException>(() => StartAsync(drain, TimeSpan.Parse(shutdown)));

        string fault = Assert.Single(exception.Faults);
        Assert.StartsWith($"Mesh:Inbound:DrainTimeout: {drain} is not below the host's shutdown timeout of 20s", fault, StringComparison.Ordinal);
        Assert.Contains("HostOptions.ShutdownTimeout", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("19s")]
    [InlineData("24h")]
    public async Task One_that_it_waits_for_does_not(string drain)
    {
        await using WebApp app = await StartAsync(drain, drain == "24h" ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Where_nobody_says_how_long_it_drains_it_is_two_thirds_of_what_the_host_waits_for()
    {
        await using WebApp app = await WebApp.StartAsync(
            "{}", builder => builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(3)));

        await app.StopAsync().InTime();

        Assert.Contains("00:00:02", Assert.Single(app.Logs.Of("Draining")).Message, StringComparison.Ordinal);
    }

    private static Task<WebApp> StartAsync(string drain, TimeSpan shutdown) => WebApp.StartAsync(
        $$"""{ "Inbound": { "DrainTimeout": "{{drain}}" } }""",
        builder => builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = shutdown));

    private static WebApplication Build(Action<WebApplicationBuilder> configure)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "catalog" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        configure(builder);
        return builder.Build();
    }

    // As .NET Aspire's template has it: typed by the builder, so that the call binds to the method for all of them.
    private static TBuilder AddServiceDefaults<TBuilder>(TBuilder builder, Action<IMeshBuilder>? configure = null)
        where TBuilder : IHostApplicationBuilder => builder.AddServiceMesh(configure);
}
