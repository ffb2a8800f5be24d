using Mesh.Model.Documents;

namespace Mesh.Model.Tests.Documents;

/// <summary>The settings of tomorrow: they are in the table already, and reach their records once they are supported.</summary>
public sealed class WholeSchemaTests
{
    private const string Everything = """
        {
          "Service": { "Name": "web", "Labels": { "team": "shop" }, "Locality": { "Region": "r", "Zone": "z", "SubZone": "s" } },
          "ConfigServer": { "Addresses": ["http://127.0.0.1:15010"], "JoinToken": "secret", "TrustBundle": "ca.pem", "CacheDirectory": "cache", "FirstCallTimeout": "3s" },
          "Identity": { "Directory": "identity" },
          "Inbound": { "Enabled": true, "Tls": "Strict", "Ports": { "8081": { "Tls": "Disabled" } }, "ExemptPaths": ["/healthz"], "DrainTimeout": "20s" },
          "Outbound": { "DnsRefreshInterval": "7s" },
          "Upstreams": ["catalog", "pricing"],
          "Services": {
            "pricing": { "LoadBalancing": { "ChoiceCount": 3 } },
            "catalog": {
              "Hosts": ["catalog:8080", "*.catalog.internal"], "Override": true,
              "Endpoints": [ { "Address": "127.0.0.1:5002", "Region": "r", "Zone": "z", "SubZone": "s", "Priority": 1, "Tls": "Simple" } ],
              "Routes": [
                { "Match": {
                    "Path": "/", "IgnorePathCase": true, "QueryParameters": { "q": { "Present": true } }, "Cookies": { "c": "1" }, "Baggage": { "b": "2" },
                    "Source": { "Service": "web", "Namespace": "default", "Labels": { "a": "b" } }, "Percent": 12.5 },
                  "Rewrite": { "Hostname": "h", "Regex": { "Pattern": "^/i/(\\d+)$", "Substitution": "/items/$1" } },
                  "RequestHeaders": { "Set": { "a": "1" }, "Add": { "b": "2" }, "Remove": ["c"] },
                  "ResponseHeaders": { "Remove": "d, e" },
                  "Mirror": [ { "Service": "catalog", "Subset": "canary", "Percent": 5, "MaxRequests": 32 } ],
                  "Fault": { "Delay": { "FixedDelay": "2s", "Percent": 1 }, "Abort": { "GrpcStatus": 14, "Percent": 2 }, "AllowHeaders": true },
                  "IdleTimeout": "5m" },
                { "Redirect": { "Scheme": "https", "Hostname": "h", "Port": 443, "ReplaceFullPath": "/v2", "StatusCode": 301 } },
                { "DirectResponse": { "StatusCode": 503, "Body": "closed", "ContentType": "text/plain" } } ],
              "LoadBalancing": { "Policy": "Random" },
              "CircuitBreaker": { "MaxConnections": 7, "MaxRetries": 8 },
              "HealthCheck": { "Http": { "Path": "/healthz", "StatusCodes": [200, 204] }, "Interval": "11s", "Timeout": "2s", "HealthyThreshold": 2, "UnhealthyThreshold": 4 },
              "Tls": { "Mode": "Mutual", "Sni": "h", "CaCertificates": "ca.pem", "ClientCertificate": "c.pem", "PrivateKey": "k.pem", "SubjectAltNames": ["a"] } } },
          "Defaults": { "LoadBalancing": { "Policy": "LeastRequest", "ChoiceCount": 4 }, "RetryBudget": { "Percent": 33 } }
        }
        """;

    [Fact]
    public void Every_setting_reaches_its_record()
    {
        MeshSettings settings = Read(Everything, out DocumentResult<MeshSettings> result);

        Assert.Empty(result.Faults);
        string dump = Doc.Dump(settings with { Services = [], Defaults = new() });
        Assert.Contains(
            """
            "Labels":{"team":"shop"},"Locality":{"Region":"r","Zone":"z","SubZone":"s"},"Weight":1},"ConfigServer":{"Addresses":["http://127.0.0.1:15010"],"JoinToken":"secret","JoinTokenFile":null,"TrustBundle":"ca.pem","CacheDirectory":"cache","FirstCallTimeout":"00:00:03"},"Identity":{"Directory":"identity"},"Inbound":{"Enabled":true,"Tls":"Strict","Ports":{"8081":"Disabled"},"ExemptPaths":["/healthz"],"Addresses":[],"HealthCheck":null,"DrainTimeout":"00:00:20"}
            """, dump, StringComparison.Ordinal);
        Assert.Equal("00:00:07", Doc.Dump(settings, "Outbound.DnsRefreshInterval"));
        Assert.Equal(["catalog", "pricing"], settings.Upstreams);

        MeshService catalog = settings.Services[0];
        Assert.Equal(["catalog:8080", "*.catalog.internal"], catalog.Hosts);
        Assert.True(catalog.Override);
        MeshEndpoint endpoint = Assert.Single(catalog.Endpoints!.Value);
        Assert.Equal((new Locality { Region = "r", Zone = "z", SubZone = "s" }, 1, TlsMode.Simple), (endpoint.Locality, endpoint.Priority, endpoint.Tls));
        Assert.Equal(new CircuitBreakerSettings { MaxConnections = 7, MaxRetries = 8 }, catalog.CircuitBreaker);
        Assert.Equal(
            """{"HttpPath":"/healthz","StatusCodes":[200,204],"GrpcService":null,"Tcp":false,"Interval":"00:00:11","Timeout":"00:00:02","HealthyThreshold":2,"UnhealthyThreshold":4}""",
            Doc.Dump(settings, "Services.0.HealthCheck"));
        Assert.Equal(
            """{"Mode":"Mutual","Sni":"h","CaCertificates":"ca.pem","ClientCertificate":"c.pem","PrivateKey":"k.pem","SubjectAltNames":["a"]}""",
            Doc.Dump(settings, "Services.0.Tls"));
    }

    [Fact]
    public void Every_action_of_a_route_reaches_its_record()
    {
        MeshSettings settings = Read(Everything, out _);

        MeshRoute first = settings.Services[0].Routes[0];
        Assert.Equal(TimeSpan.FromMinutes(5), first.IdleTimeout);
        Assert.Equal("^/i/(\\d+)$", first.Rewrite!.Regex!.Pattern!.ToString());
        Assert.Equal(("h", "/items/$1"), (first.Rewrite.Hostname, first.Rewrite.Regex.Substitution));
        Assert.Equal("""{"Set":{"a":"1"},"Add":{"b":"2"},"Remove":["c"]}""", Doc.Dump(settings, "Services.0.Routes.0.RequestHeaders"));
        Assert.Equal(["d", "e"], first.ResponseHeaders.Remove);
        Assert.Equal([new RouteMirror { Service = "catalog", Subset = "canary", Percent = 5, MaxRequests = 32 }], first.Mirror);
        Assert.Equal(
            new RouteFault
            {
                Delay = new() { FixedDelay = TimeSpan.FromSeconds(2), Percent = 1 }, Abort = new() { GrpcStatus = 14, Percent = 2 }, AllowHeaders = true,
            },
            first.Fault);

        RouteMatch match = Assert.Single(first.Match);
        Assert.True(match.IgnorePathCase);
        Assert.Equal(12.5m, match.Percent);
        Assert.Equal(ValueMatchKind.Present, match.QueryParameters["q"].Kind);
        Assert.Equal(("1", "2"), (match.Cookies["c"].Text, match.Baggage["b"].Text));
        Assert.Equal("""{"Service":"web","Namespace":"default","Labels":{"a":"b"}}""", Doc.Dump(settings, "Services.0.Routes.0.Match.0.Source"));

        Assert.Equal(
            new RouteRedirect { Scheme = "https", Hostname = "h", Port = 443, ReplaceFullPath = "/v2", StatusCode = 301 },
            settings.Services[0].Routes[1].Redirect);
        Assert.Equal(
            new DirectResponse { StatusCode = 503, Body = "closed", ContentType = "text/plain" }, settings.Services[0].Routes[2].DirectResponse);
    }

    [Fact]
    public void Services_start_from_the_defaults_wherever_these_stand()
    {
        MeshSettings settings = Read(Everything, out _);

        Assert.All(settings.Services, service => Assert.Equal(33, service.RetryBudget.Percent));
        Assert.Equal(new LoadBalancingSettings { Policy = BalancingPolicy.Random, ChoiceCount = 4 }, settings.Services[0].LoadBalancing);
        Assert.Equal(new LoadBalancingSettings { Policy = BalancingPolicy.LeastRequest, ChoiceCount = 3 }, settings.Services[1].LoadBalancing);
    }

    [Theory]
    [InlineData("{ \"Grpc\": {} }", null, "", false)]
    [InlineData("{ \"Tcp\": true }", null, null, true)]
    [InlineData("{ \"Tcp\": false, \"Timeout\": \"3s\" }", "/healthz", null, false)]
    [InlineData("{ \"Http\": { \"Path\": \"/other\" } }", "/other", null, false)]
    public void A_service_asks_in_its_own_way_in_place_of_that_of_the_defaults(string check, string? path, string? grpc, bool tcp)
    {
        MeshSettings settings = Doc.Good(
            $$"""{ "Services": { "a": { "HealthCheck": {{check}} } }, "Defaults": { "HealthCheck": { "Http": { "Path": "/healthz" }, "Interval": "3s" } } }""");

        HealthCheckSettings read = settings.Services[0].HealthCheck!;
        Assert.Equal((path, grpc, tcp, TimeSpan.FromSeconds(3)), (read.HttpPath, read.GrpcService, read.Tcp, read.Interval));
    }

    [Theory]
    [InlineData("Defaults:Endpoints", "[]", "This is not a setting.")]
    [InlineData("Defaults:Routes", "[]", "This is not a setting.")]
    [InlineData("ConfigServer", """{ "JoinToken": "a", "JoinTokenFile": "b" }""", "JoinToken and JoinTokenFile do not go together")]
    [InlineData("ConfigServer:Addresses", "[\"127.0.0.1:15010\"]", "'127.0.0.1:15010' is not an http or https URL")]
    [InlineData("Inbound:Ports", """{ "70000": { "Tls": "Disabled" } }""", "'70000' is not a port from 1 to 65535.")]
    [InlineData("Inbound:Ports", """{ "8081": {} }""", "Something is missing: give Tls.")]
    [InlineData("Services:a:Hosts", "[\"a:0\"]", "'a:0' is not a host name or a wildcard")]
    [InlineData("Services:a:HealthCheck:Http", "{}", "Something is missing: give Path.")]
    [InlineData("Services:a:HealthCheck:Http", """{ "Path": "/", "StatusCodes": [600] }""", "a whole number from 100 to 599")]
    [InlineData("Services:a:Routes:0:DirectResponse", "{}", "give one of StatusCode, GrpcStatus.")]
    [InlineData("Services:a:Routes:0:DirectResponse:GrpcStatus", "17", "a whole number from 0 to 16")]
    [InlineData("Services:a:Routes:0", """{ "To": [ {} ], "DirectResponse": { "StatusCode": 200 } }""", "To and DirectResponse do not go together")]
    [InlineData("Services:a:Routes:0", """{ "Match": { "PathPrefix": "/" }, "Redirect": { "ReplaceFullPath": "/", "ReplacePrefixMatch": "/" } }""", "do not go together")]
    [InlineData("Services:a:Routes:0:Fault", "{}", "give one of Delay, Abort, AllowHeaders.")]
    [InlineData("Services:a:Routes:0:Fault", """{ "Delay": {}, "AllowHeaders": true }""", "give FixedDelay.")]
    [InlineData("Services:a:Routes:0:Mirror:0", "{}", "give one of Service, Subset.")]
    [InlineData("Services:a:Routes:0:Match:Source", "{}", "give one of Service, Namespace, Labels.")]
    public void Faults_are_found_in_them_too(string path, string value, string expected)
    {
        Read(Doc.Nest(path, value), out DocumentResult<MeshSettings> result);

        Assert.Contains(expected, Assert.Single(result.Faults).Message, StringComparison.Ordinal);
    }

    private static MeshSettings Read(string json, out DocumentResult<MeshSettings> result)
    {
        DocumentNode root = JsonNodes.Read(json, "Mesh");
        var reading = new Reading { KnownIsEnough = true };
        MeshSettings settings = MeshSchema.Section.Read(root, new MeshSettings(), reading);
        result = reading.Result(root, settings);
        return settings;
    }
}
