using Mesh.Client;
using Mesh.Model.Documents;

namespace Mesh.Model.Tests.Documents;

public sealed class MeshDocumentsTests
{
    [Theory]
    [InlineData("pricing", "Mesh:Services:pricing")]
    [InlineData("Pricing.Default", "Mesh:Services:pricing")]
    [InlineData("Shop.example:80", "Mesh:Services:pricing")]
    [InlineData("*.shop", "Mesh:Services:pricing")]
    public void A_host_belongs_to_one_service(string host, string owner)
    {
        DocumentFault fault = Doc.Fault($$"""
            { "Services": { "pricing": { "Hosts": ["shop.example:80", "*.shop"] }, "stock": { "Hosts": ["{{host}}"] } } }
            """);

        Assert.Equal(("Mesh:Services:stock:Hosts", $"'{host}' is a name of {owner} already."), (fault.Path, fault.Message));
    }

    [Fact]
    public void A_service_may_name_itself_and_a_host_with_another_port()
    {
        MeshSettings settings = Doc.Good("""
            { "Services": { "pricing": { "Hosts": ["pricing", "PRICING.default", "shop:80"] }, "shop": { "Hosts": ["pricing:81"] } } }
            """);

        Assert.Equal(2, settings.Services.Length);
    }

    [Fact]
    public void All_faults_come_at_once_in_the_order_of_the_document()
    {
        DocumentResult<MeshSettings> result = Doc.Read("""
            {
              "Services": {
                "pricing": { "Weight": 1, "Endpoints": ["a"] },
                "catalog": { "Routes": [ { "To": [ { "Weight": 0 } ], "Retry": { "Attempts": 99, "Atempts": 1 }, "Timeout": 5 } ] }
              },
              "Enabled": "perhaps",
              "Tls": {}
            }
            """);

        Assert.Null(result.Value);
        Assert.Equal(
            ["Mesh:Services:pricing:Weight", "Mesh:Services:pricing:Endpoints:0", "Mesh:Services:catalog:Routes:0:To",
                "Mesh:Services:catalog:Routes:0:Retry:Attempts", "Mesh:Services:catalog:Routes:0:Retry:Atempts",
                "Mesh:Services:catalog:Routes:0:Timeout", "Mesh:Enabled", "Mesh:Tls"],
            result.Faults.Select(fault => fault.Path));
    }

    [Fact]
    public void The_exception_says_all_on_one_line_each()
    {
        DocumentResult<MeshSettings> result = Doc.Read("""{ "Enabeld": true, "Service": { "Version": "a\nb" }, "a\nb": 1 }""");

        var exception = new MeshConfigurationException(result.Faults);

        Assert.Equal(3, exception.Faults.Count);
        Assert.Equal(
            """
            The mesh's settings have 3 faults:
              Mesh:Enabeld: This is not a setting. Did you mean 'Enabled'?
              Mesh:Service:Version: 'a\u000ab' is not a line of text. It must not be empty, nor have white space around it or control characters.
              Mesh:a\u000ab: This is not a setting. Known here: Enabled, UnknownSettings, Service, ConfigServer, Identity, Inbound, Outbound, Upstreams, Defaults, Services.
            """.ReplaceLineEndings(), exception.Message);
    }

    [Theory]
    [InlineData("""{ "Services": { "a": { "Routes": { "0": {}, "x\r\nMesh:Enabled: all is well": {} } } } }""")]
    [InlineData("""{ "x\u2028y": 1 }""")]
    [InlineData("""{ "Service": { "Name": "x\u2029y" } }""")]
    [InlineData("""{ "Services": { "a": { "Endpoints": { "x\u202ey": "a:1", "z": "a:1" } } } }""")]
    [InlineData("""{ "Enabled": "\udb40\udc01" }""")]
    public void No_fault_can_draw_lines_of_its_own(string json) =>
        Assert.Matches(@"\AMesh[\P{C}-[\p{Zl}\p{Zp}]]+\z", Doc.Fault(json).ToString());

    [Fact]
    public void One_fault_is_one_fault() =>
        Assert.StartsWith("The mesh's settings have 1 fault:", new MeshConfigurationException([new("a", "b")]).Message, StringComparison.Ordinal);

    [Fact]
    public void A_long_value_is_cut()
    {
        DocumentFault fault = Doc.Fault(Doc.Nest("Enabled", $"\"{new string('x', 10_000)}\""));

        Assert.Equal($"'{new string('x', 100)}…' is not true or false.", fault.Message);
    }

    [Theory]
    [InlineData("http://me:secret@catalog", "'http://…@catalog'")]
    [InlineData("http://secret@catalog:80", "'http://…@catalog:80'")]
    [InlineData("me:sec@ret@catalog:80", "'…@catalog:80'")]
    public void A_user_and_a_password_are_not_repeated(string address, string quote) =>
        Assert.StartsWith($"{quote} is not an endpoint", Doc.Fault(Doc.Nest("Services:a:Endpoints:0", $"\"{address}\"")).Message, StringComparison.Ordinal);

    [Fact]
    public void An_at_sign_alone_is_no_secret() =>
        Assert.StartsWith("'me@home' is not true or false", Doc.Fault(Doc.Nest("Enabled", "\"me@home\"")).Message, StringComparison.Ordinal);

    [Fact]
    public void Services_are_in_the_order_of_their_names()
    {
        MeshSettings settings = Doc.Good("""{ "Services": { "pricing": {}, "Catalog": {}, "basket.shop": {} } }""");

        Assert.Equal(["basket.shop", "Catalog", "pricing"], settings.Services.Select(service => service.Name));
    }

    [Fact]
    public void A_certificate_of_a_services_own_does_not_get_the_key_of_the_defaults()
    {
        MeshSettings settings = Doc.Read("""
            {
              "Defaults": { "Tls": { "ClientCertificate": "web.pem", "PrivateKey": "web.key", "CaCertificates": "ca.pem" } },
              "Services": { "own": { "Tls": { "ClientCertificate": "own.pem" } }, "same": { "Tls": { "Sni": "shop" } } }
            }
            """).Value!;

        Assert.Equal(("own.pem", null, "ca.pem"), (settings.Services[0].Tls?.ClientCertificate, settings.Services[0].Tls?.PrivateKey, settings.Services[0].Tls?.CaCertificates));
        Assert.Equal(("web.pem", "web.key"), (settings.Services[1].Tls?.ClientCertificate, settings.Services[1].Tls?.PrivateKey));
    }
}
