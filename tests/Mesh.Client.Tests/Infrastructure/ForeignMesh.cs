using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>Applications that follow a control plane by a bootstrap.</summary>
internal static class ForeignMesh
{
    public const string Rules = """{ "ConfigServer": { "FirstCallTimeout": "10s" }, "Outbound": { "UnknownHosts": "Deny", "Domains": ["*.svc.cluster.local"] } }""";

    public const string Istio = """ { "GENERATOR": "grpc" } """;

    public static Task<TestMesh> StartAsync(SotwServer server, string metadata = "{}", string rules = Rules) => StartAsync(Bootstrap([server.Address], metadata), rules);

    /// <param name="bootstrap">The text of the bootstrap.</param>
    /// <param name="rules">What stands under <c>Mesh</c>.</param>
    /// <param name="time">The clock; null: the system's.</param>
    /// <param name="configure">Registers further clients and the like.</param>
    public static async Task<TestMesh> StartAsync(
        string bootstrap, string rules = Rules, TimeProvider? time = null, Action<IHostApplicationBuilder>? configure = null)
    {
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, bootstrap, TestContext.Current.CancellationToken);
            return await TestMesh.StartAsync(rules, builder =>
            {
                Configure(builder, file);
                if (time is not null)
                {
                    builder.Services.AddSingleton(time);
                }

                configure?.Invoke(builder);
            });
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <param name="servers">Where they are.</param>
    /// <param name="metadata">Of the node.</param>
    /// <param name="more">Further keys of each server; may be empty.</param>
    public static string Bootstrap(IEnumerable<string> servers, string metadata = "{}", string more = "\"channel_creds\": [{ \"type\": \"insecure\" }]") =>
        $$"""
        { "xds_servers": [{{string.Join(", ", servers.Select(server => $$"""{ "server_uri": "{{server}}", {{more}} }"""))}}],
          "node": { "id": "sidecar~10.0.0.1~web.shop~shop.svc.cluster.local", "cluster": "web", "metadata": {{metadata}}, "locality": { "zone": "z1" } } }
        """;

    public static void Configure(IHostApplicationBuilder builder, string file)
    {
        ServedMesh.Configure(builder);
        builder.AddServiceMesh(mesh => mesh.AddXds(xds => xds.BootstrapFile = file));
    }
}
