using System.Diagnostics;
using Mesh.Interop.Tests.Peers;

namespace Mesh.Interop.Tests;

/// <summary>A real Prometheus scrapes the config server.</summary>
public sealed class PrometheusTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Prometheus_takes_all_metrics_for_what_they_are()
    {
        await using LiveServer server = await LiveServer.StartAsync();
        await server.ApplyAsync("{ kind: Service, name: catalog, endpoints: [] }");
        using RegisteredProcess process = await RegisteredProcess.StartAsync(server.Xds, "pricing");
        await using PrometheusServer prometheus = await PrometheusServer.StartAsync(server.Http);

        await Until(async () => await prometheus.TargetAsync() is ("up", ""), async () => $"{await prometheus.TargetAsync()}");
        await Until(
            async () => await prometheus.QueryAsync("mesh_registry_instances{state=\"ready\"}") is 1,
            async () => $"{await prometheus.QueryAsync("mesh_registry_instances{state=\"ready\"}")}");

        Assert.Equal(1, await prometheus.QueryAsync("sum(mesh_registry_instances)"));
        Assert.Equal(1, await prometheus.QueryAsync("mesh_registry_streams"));
        Assert.Equal(1, await prometheus.QueryAsync("mesh_registry_registrations_total{result=\"registered\"}"));
        Assert.Equal(1, await prometheus.QueryAsync("mesh_services{endpoints=\"none\"}"));
        Assert.Equal(0, await prometheus.QueryAsync("mesh_xds_clients{state=\"behind\"}"));
        Assert.Equal(1, await prometheus.QueryAsync("mesh_config_writes_total{result=\"written\"}"));
        Assert.True(await prometheus.QueryAsync("process_resident_memory_bytes") > 1_000_000);
        Assert.True(await prometheus.QueryAsync("process_cpu_seconds_total") > 0);
        Assert.True(await prometheus.QueryAsync("time() - process_start_time_seconds") is > 0 and < 86_400);

        Dictionary<string, string> types = await prometheus.TypesAsync();
        Assert.Equal("gauge", types["mesh_registry_instances"]);
        Assert.Equal("counter", types["mesh_registry_registrations_total"]);
        Assert.Equal("counter", types["process_cpu_seconds_total"]);
        Assert.Equal("gauge", types["mesh_xds_clients"]);
    }

    private static async Task Until(Func<Task<bool>> holds, Func<Task<string>> state)
    {
        long began = Stopwatch.GetTimestamp();
        while (!await holds())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < s_limit, $"It did not come to hold: {await state()}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
