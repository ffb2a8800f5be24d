using System.Text.Json;
using System.Text.Json.Serialization;
using Mesh.Model.Xds;

namespace Mesh.Interop.Tests.Peers;

/// <summary>The file that tells a process of gRPC's where its control plane is, and who it is.</summary>
internal sealed class NodeBootstrap : IDisposable
{
    private static readonly JsonSerializerOptions s_json = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private NodeBootstrap()
    {
    }

    public string File { get; } = Path.Combine(Path.GetTempPath(), $"mesh-bootstrap-{Guid.NewGuid():N}.json");

    public static NodeBootstrap Write(string server, string service, string @namespace, CertificateFolder? certificates)
    {
        NodeBootstrap bootstrap = new();
        System.IO.File.WriteAllText(bootstrap.File, JsonSerializer.Serialize(new
        {
            xds_servers = new[]
            {
                new { server_uri = server, channel_creds = new[] { new { type = "insecure" } }, server_features = new[] { "xds_v3" } }
            },
            node = new
            {
                id = $"{service}-1", cluster = service, locality = new { region = "here", zone = "one", sub_zone = "" },
                metadata = new { NAMESPACE = @namespace },
            },
            server_listener_resource_name_template = ServerListenerCodec.NamePrefix + "%s",
            certificate_providers = certificates is null ? null : new Dictionary<string, object>
            {
                ["default"] = new
                {
                    plugin_name = "file_watcher",
                    config = new
                    {
                        certificate_file = certificates.Chain, private_key_file = certificates.Key, ca_certificate_file = certificates.Roots, refresh_interval = "1s",
                    },
                },
            },
        }, s_json));
        return bootstrap;
    }

    public void Dispose() => System.IO.File.Delete(File);
}
