using System.Security.Cryptography.X509Certificates;
using Mesh.Client.Sources.Xds;
using Mesh.Client.Sources.Xds.Bootstrap;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.Extensions.Options;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.Tests.Sources.Xds;

public sealed class BootstrapTests : IDisposable
{
    private const string Server = """ "server_uri": "istiod:15010" """;
    private const string Insecure = """ "channel_creds": [{ "type": "insecure" }] """;

    private readonly PemFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void All_that_is_known_is_read_and_what_is_not_is_left_alone()
    {
        XdsBootstrap bootstrap = Read("""
            {
              "xds_servers": [
                { "server_uri": "dns:///first:15010", "channel_creds": [{ "type": "google_default" }, { "type": "insecure" }],
                  "server_features": ["xds_v3", "ignore_resource_deletion", "fail_on_data_errors", "resource_timer_is_transient_error", "trusted_xds_server"], "odd": 1 },
                { "server_uri": "[::1]:15011", "channel_creds": [{ "type": "insecure", "config": {} }] },
                { "server_uri": "unix:///etc/istio/proxy/XDS", "channel_creds": [{ "type": "insecure" }] }
              ],
              "node": { "id": "me", "cluster": "web", "locality": { "region": "r", "zone": "z", "sub_zone": "s" },
                        "metadata": { "GENERATOR": "grpc", "LABELS": { "app": "web" }, "LIST": [1, true, null, "x"] } },
              "client_default_listener_resource_name_template": "listener/%s",
              "certificate_providers": { "default": { "plugin_name": "file_watcher" } },
              "authorities": { "x": {} }
            }
            """);

        Assert.Equal(["http://first:15010/", "http://[::1]:15011/", "unix:///etc/istio/proxy/XDS"], bootstrap.Servers.Select(server => server.Address.ToString()));
        Assert.Equal(
            XdsServerFeatures.FailOnDataErrors | XdsServerFeatures.ResourceTimerIsTransientError,
            bootstrap.Servers[0].Features);
        Assert.Equal("/etc/istio/proxy/XDS", XdsServer.SocketOf(bootstrap.Servers[2].Address));
        Assert.True(bootstrap.IsIstio);
        Assert.Equal("listener/catalog:80", AuthorityNames.ListenerOf("catalog", bootstrap));
        Wire.Node node = XdsNode.Of(bootstrap.Node);
        Assert.Equal(("me", "web", "r", "z", "s"), (node.Id, node.Cluster, node.Locality.Region, node.Locality.Zone, node.Locality.SubZone));
        Assert.Equal("web", node.Metadata.Fields["LABELS"].StructValue.Fields["app"].StringValue);
        Assert.Equal("""[ 1, true, null, "x" ]""", node.Metadata.Fields["LIST"].ListValue.ToString());
        Assert.NotEqual("Mesh.Client", node.UserAgentName);
        Assert.Equal(["xds.config.resource-in-sotw"], node.ClientFeatures);
    }

    [Fact]
    public void The_least_is_a_server()
    {
        XdsBootstrap bootstrap = Read($$"""{ "xds_servers": [{ {{Server}}, {{Insecure}} }] }""");

        Assert.False(bootstrap.IsIstio);
        Assert.Equal("catalog", AuthorityNames.ListenerOf("catalog", bootstrap));
        Assert.Equal(("", ""), (bootstrap.Node.Id, bootstrap.Node.Cluster));
    }

    [Theory]
    [InlineData("http://catalog/", "catalog", "catalog:80")]
    [InlineData("https://catalog/", "catalog", "catalog:443")]
    [InlineData("http://catalog:8080/", "catalog:8080", "catalog:8080")]
    [InlineData("http://[::1]/", "[::1]", "[::1]:80")]
    public void Services_are_called_by_host_and_port(string uri, string plain, string istio)
    {
        string servers = $$""" "xds_servers": [{ {{Server}}, {{Insecure}} }] """;

        Assert.Equal(plain, AuthorityNames.Of(new Uri(uri), Read($$"""{ {{servers}} }""")));
        Assert.Equal(istio, AuthorityNames.Of(new Uri(uri), Read($$"""{ {{servers}}, "node": { "metadata": { "GENERATOR": "grpc" } } }""")));
    }

    [Theory]
    [InlineData("{", "$: This is no JSON.")]
    [InlineData("[]", "$: This is to be an object, and is a list.")]
    [InlineData("null", "$: This is to be an object, and is null.")]
    [InlineData("{}", "$.xds_servers: No server is given")]
    [InlineData("""{ "xds_servers": [] }""", "$.xds_servers: No server is given")]
    [InlineData("""{ "xds_servers": "istiod" }""", "$.xds_servers: This is to be a list, and is a text.")]
    [InlineData("""{ "xds_servers": ["istiod"] }""", "$.xds_servers[0]: This is to be an object, and is a text.")]
    [InlineData("""{ "xds_servers": [{ INSECURE }] }""", "$.xds_servers[0].server_uri: This is needed.")]
    [InlineData("""{ "xds_servers": [{ INSECURE, "server_uri": "" }] }""", "$.xds_servers[0].server_uri: This is needed, and empty.")]
    [InlineData("""{ "xds_servers": [{ INSECURE, "server_uri": 7 }] }""", "$.xds_servers[0].server_uri: This is to be a text, and is a number.")]
    [InlineData("""{ "xds_servers": [{ INSECURE, "server_uri": "istiod" }] }""", "$.xds_servers[0].server_uri: 'istiod' is none of host:port")]
    [InlineData("""{ "xds_servers": [{ INSECURE, "server_uri": "istiod:0" }] }""", "$.xds_servers[0].server_uri: 'istiod:0' is none of")]
    [InlineData("""{ "xds_servers": [{ INSECURE, "server_uri": "istiod:70000" }] }""", "$.xds_servers[0].server_uri: 'istiod:70000' is none of")]
    [InlineData("""{ "xds_servers": [{ INSECURE, "server_uri": "xds:///istiod:1" }] }""", "$.xds_servers[0].server_uri: 'xds:///istiod:1' is none of")]
    [InlineData("""{ "xds_servers": [{ INSECURE, "server_uri": "unix:sock" }] }""", "$.xds_servers[0].server_uri: 'unix:sock' is none of")]
    [InlineData("""{ "xds_servers": [{ SERVER }] }""", "$.xds_servers[0].channel_creds: How the server is talked to is needed")]
    [InlineData("""{ "xds_servers": [{ SERVER, "channel_creds": [{}] }] }""", "$.xds_servers[0].channel_creds[0].type: This is needed.")]
    [InlineData("""{ "xds_servers": [{ SERVER, "channel_creds": [{ "type": "google_default" }] }] }""", "$.xds_servers[0].channel_creds: None of these is supported: google_default.")]
    [InlineData("""{ "xds_servers": [{ SERVER, "channel_creds": [{ "type": "tls", "config": { "certificate_file": "a" } }] }] }""", "$.xds_servers[0].channel_creds[0].config.private_key_file: A certificate and its key")]
    [InlineData("""{ "xds_servers": [{ SERVER, "channel_creds": [{ "type": "tls", "config": { "ca_certificate_file": "none.pem" } }] }] }""", "$.xds_servers[0].channel_creds[0].config.ca_certificate_file: '")]
    [InlineData("""{ "xds_servers": [{ SERVER, INSECURE, "call_creds": [{ "type": "jwt_token_file", "config": { "jwt_token_file": "token" } }] }] }""", "$.xds_servers[0].call_creds[0]: The token would go to http://istiod:15010 in plain text")]
    [InlineData("""{ "xds_servers": [{ SERVER, INSECURE, "call_creds": [{ "type": "jwt_token_file" }] }] }""", "$.xds_servers[0].call_creds[0].config.jwt_token_file: This is needed.")]
    [InlineData("""{ "xds_servers": [{ SERVER, INSECURE }], "node": 7 }""", "$.node: This is to be an object, and is a number.")]
    [InlineData("""{ "xds_servers": [{ SERVER, INSECURE }], "node": { "metadata": [] } }""", "$.node.metadata: This is to be an object, and is a list.")]
    [InlineData("""{ "xds_servers": [{ SERVER, INSECURE }], "node": { "locality": { "zone": 1 } } }""", "$.node.locality.zone: This is to be a text, and is a number.")]
    [InlineData("""{ "xds_servers": [{ SERVER, INSECURE }], "client_default_listener_resource_name_template": "xdstp://a/%s" }""", "$.client_default_listener_resource_name_template: Names that begin with xdstp:")]
    [InlineData("""{ "xds_servers": [{ SERVER, INSECURE }], "client_default_listener_resource_name_template": "all" }""", "$.client_default_listener_resource_name_template: Without %s")]
    public void A_fault_is_named_with_its_path(string text, string fault)
    {
        MeshConfigurationException exception = Assert.Throws<MeshConfigurationException>(
            () => Read(text.Replace("INSECURE", Insecure, StringComparison.Ordinal).Replace("SERVER", Server, StringComparison.Ordinal)));

        Assert.StartsWith($"test {fault}", Assert.Single(exception.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_fault_is_told_of()
    {
        MeshConfigurationException exception = Assert.Throws<MeshConfigurationException>(
            () => Read("""{ "xds_servers": [{ "server_uri": "a" }, { "server_uri": 1 }], "node": 1 }"""));

        Assert.Equal(5, exception.Faults.Count);
    }

    [Fact]
    public void Certificates_are_read_from_files_and_a_token_may_go_over_tls()
    {
        using TestAuthority authority = new();
        using X509Certificate2 certificate = authority.Issue("web", isClients: true);
        string ca = _folder.Write("ca.pem", authority.Pem);
        string chain = _folder.Write("web.pem", certificate.ExportCertificatePem());
        string key = _folder.WriteKey("web.key", certificate);

        XdsServer server = Assert.Single(Read($$"""
            { "xds_servers": [{ {{Server}},
              "channel_creds": [{ "type": "tls", "config": { "ca_certificate_file": "{{ca}}", "certificate_file": "{{chain}}", "private_key_file": "{{key}}" } }],
              "call_creds": [{ "type": "odd" }, { "type": "jwt_token_file", "config": { "jwt_token_file": "/var/run/token" } }] }] }
            """).Servers);

        Assert.Equal("https://istiod:15010/", server.Address.ToString());
        Assert.Equal((ca, chain, key), (server.Tls!.CaCertificates, server.Tls.ClientCertificate, server.Tls.PrivateKey));
        Assert.Equal("/var/run/token", server.TokenFile);
    }

    [Theory]
    [InlineData("127.0.0.1:15010")]
    [InlineData("localhost:15010")]
    [InlineData("unix:///run/xds")]
    public void A_token_may_go_where_nobody_else_sees_it(string address) => Assert.Equal("/token", Assert.Single(Read($$"""
        { "xds_servers": [{ "server_uri": "{{address}}", {{Insecure}}, "call_creds": [{ "type": "jwt_token_file", "config": { "jwt_token_file": "/token" } }] }] }
        """).Servers).TokenFile);

    [Fact]
    public void The_application_says_where_it_is_or_the_environment()
    {
        string file = _folder.Write("bootstrap.json", Of("file"));
        string other = _folder.Write("other.json", Of("other"));
        Dictionary<string, string?> environment = new() { [BootstrapLocation.FileVariable] = other, [BootstrapLocation.TextVariable] = Of("text") };

        Assert.Equal("file", Locate(file).Node.Id);
        Assert.Equal("other", Locate(null).Node.Id);
        environment[BootstrapLocation.FileVariable] = "";
        Assert.Equal("text", Locate(null).Node.Id);

        environment.Clear();
        Assert.Contains(BootstrapLocation.FileVariable, Assert.Throws<MeshConfigurationException>(() => Locate(null)).Message, StringComparison.Ordinal);
        Assert.Contains("none.json' cannot be read", Assert.Throws<MeshConfigurationException>(() => Locate(_folder.PathOf("none.json"))).Message, StringComparison.Ordinal);

        XdsBootstrap Locate(string? given) =>
            new BootstrapLocation(Options.Create(new XdsOptions { BootstrapFile = given }), "/", name => environment.GetValueOrDefault(name)).Read();

        static string Of(string id) => $$"""{ "xds_servers": [{ {{Server}}, {{Insecure}} }], "node": { "id": "{{id}}" } }""";
    }

    private static XdsBootstrap Read(string text) => new BootstrapReader("test", "/").Read(text);
}
