using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>Applications that follow a control plane by a bootstrap.</summary>
internal static class ForeignMesh
{
    public const string Rules = """{ "ConfigServer": { "FirstCallTimeout": "10s" }, "Outbound": { "UnknownHosts": "Deny", "Domains": ["*.svc.cluster.local"] } }""";

    public const string Istio = """ { "GENERATOR": "grpc" } """;

    public static Task<TestMesh> StartAsync(SotwServer server, string metadata = "{}", string rules = Rules) => StartAsync(Bootstrap([server.Address], metadata), rules);

    public static async Task<TestMesh> StartAsync(string bootstrap, string rules = Rules)
    {
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, bootstrap, TestContext.Current.CancellationToken);
            return await TestMesh.StartAsync(rules, builder => Configure(builder, file));
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
