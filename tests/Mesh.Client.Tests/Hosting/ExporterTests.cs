using System.Net;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Mesh.Client.Tests.Hosting;

/// <summary>What tells of the mesh must not depend on it.</summary>
public sealed class ExporterTests
{
    [Theory]
    [InlineData("OtlpTraceExporter")]
    [InlineData("OtlpMetricExporter")]
    [InlineData("OtlpLogExporter")]
    [InlineData("ZipkinExporter")]
    public async Task An_exporters_client_is_never_meshed(string exporter)
    {
        await using Backend backend = await Backend.StartAsync("mesh");
        await using Backend proxy = await Backend.StartAsync("own");
        await using TestApp app = await TestApp.StartAsync(builder =>
        {
            builder.Configuration.AddPairs(
                ("Mesh:Services:collector:Endpoints:0", backend.Address),
                ("Mesh:Services:collector:Routes:0:Timeout", "5m"));
            builder.Services.ConfigureHttpClientDefaults(clients => clients
                .ConfigureHttpClient(client => client.BaseAddress = new Uri("http://collector/"))
                .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { Proxy = new WebProxy(proxy.Address) }));
            builder.AddServiceMesh();
        });

        Assert.Equal("own", await app.Client(exporter).GetTextAsync("http://collector/"));
        Assert.Equal("mesh", await app.Client("other").GetTextAsync("http://collector/"));
        Assert.Equal(TimeSpan.FromSeconds(100), app.Client(exporter).Timeout);
    }

    [Fact]
    public async Task Exporters_of_all_signals_start_with_the_mesh_and_send_past_it()
    {
        await using Backend collector = await Backend.StartAsync("collector");
        await using Backend catalog = await Backend.StartAsync("catalog");
        await using TestApp app = await TestApp.StartAsync(builder =>
        {
            // A mesh that denies all hosts that it does not know would deny the collector too.
            builder.Configuration.AddPairs(("Mesh:Outbound:UnknownHosts", "Deny"), ("Mesh:Services:catalog:Endpoints:0", catalog.Address));
            builder.AddServiceMesh();
            builder.Logging.AddOpenTelemetry(logs => logs.AddOtlpExporter(options => Configure(options, collector, "logs")));
            builder.Services.AddOpenTelemetry()
                .WithTracing(tracing => tracing.AddServiceMeshInstrumentation().AddOtlpExporter(options => Configure(options, collector, "traces")))
                .WithMetrics(metrics => metrics.AddServiceMeshInstrumentation().AddOtlpExporter((options, reader) =>
                {
                    Configure(options, collector, "metrics");
                    reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = 20;
                }));
        });

        await app.Client().GetTextAsync("http://catalog/");

        await Eventually.Holds(() => collector.Requests.Any(request => request.Path == "/traces"));
        await Eventually.Holds(() => collector.Requests.Any(request => request.Path == "/metrics"));
        await Eventually.Holds(() => collector.Requests.Any(request => request.Path == "/logs"));
        await Assert.ThrowsAsync<MeshException>(() => app.Client().GetUriAsync($"http://{collector.Address}"));
    }

    private static void Configure(OtlpExporterOptions options, Backend collector, string signal)
    {
        options.Protocol = OtlpExportProtocol.HttpProtobuf;
        options.Endpoint = new Uri($"http://{collector.Address}/{signal}");
        options.ExportProcessorType = OpenTelemetry.ExportProcessorType.Simple;
        options.TimeoutMilliseconds = 5000;
    }
}
