using System.Text.Json;
using System.Text.RegularExpressions;
using Mesh.Model.Documents;

namespace Mesh.Model.Tests.Documents;

/// <summary>What is shown to people can be read.</summary>
public sealed partial class SampleTests
{
    private static readonly JsonDocumentOptions s_comments = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>Every key there is. <c>a|b</c> stands for either.</summary>
    private const string Sample = """
        { "Enabled": true, "UnknownSettings": "Fail",
          "Service": { "Name": "web", "Namespace": "default", "Version": "v1", "Labels": {}, "Locality": { "Region": "r", "Zone": "z", "SubZone": "s" } },
          "ConfigServer": { "Addresses": ["http://127.0.0.1:15010"], "JoinToken|JoinTokenFile": "…", "TrustBundle": "ca.pem", "CacheDirectory": "…" },
          "Inbound": { "Enabled": true, "Tls": "Permissive", "Ports": { "8081": { "Tls": "Disabled" } }, "ExemptPaths": ["/healthz"], "DrainTimeout": "20s" },
          "Outbound": { "UnknownHosts": "Allow", "Domains": ["*.mesh"], "DnsRefreshInterval": "5s" },
          "Upstreams": ["catalog", "pricing"],
          "Defaults": { /* any key of a service but Hosts, Endpoints, Subsets, Routes */ },
          "Services": { "catalog": {
            "Hosts": ["catalog:8080", "*.catalog.internal"], "Override": false,
            "Endpoints": [ "127.0.0.1:5001", "[::1]:5001", "https://localhost:7001", "dns:///catalog.internal:8080", "dns+srv:///_http._tcp.catalog",
              { "Address": "127.0.0.1:5002", "Version": "v2", "Labels": {}, "Region": "r", "Zone": "z", "SubZone": "s", "Weight": 2, "Priority": 0, "Tls": "Simple" } ],
            "Subsets": { "canary": { "Version": "v2", "Labels": { "track": "canary" } } },
            "Routes": [ { "Name": "testers", "Order": 0,
              "Match": [ { "Path|PathPrefix|PathRegex": "/items", "IgnorePathCase": false, "Methods": ["GET"],        // an object or an array of them (OR)
                "Headers": { "x-tester": "true" }, "QueryParameters": { "q": {} }, "Cookies": {}, "Baggage": {},      // each a VM
                "Grpc": { "Service": "shop.Pricing", "Method": "Get" },
                "Source": { "Service": "web", "Namespace": "default", "Labels": {} }, "Percent": 12.5 } ],
              "To": [ { "Service": "catalog", "Subset": "canary", "Weight": 10 } ],                                   // exactly one of To, Redirect, DirectResponse
              "Redirect": { "Scheme": "https", "Hostname": "h", "Port": 443, "ReplacePrefixMatch|ReplaceFullPath": "/v2", "StatusCode": 302 },
              "DirectResponse": { "StatusCode|GrpcStatus": 503, "Body": "…", "ContentType": "text/plain" },
              "Rewrite": { "Hostname": "h", "ReplacePrefixMatch|ReplaceFullPath": "/v2", "Regex": { "Pattern": "^/i/(\\d+)$", "Substitution": "/items/$1" } },
              "RequestHeaders": { "Set": {}, "Add": {}, "Remove": [] }, "ResponseHeaders": { "Set": {}, "Add": {}, "Remove": [] },
              "Mirror": [ { "Service": "catalog", "Subset": "canary", "Percent": 5, "MaxRequests": 32 } ],
              "Fault": { "Delay": { "FixedDelay": "2s", "Percent": 1 }, "Abort": { "StatusCode|GrpcStatus": 503, "Percent": 1 }, "AllowHeaders": false },
              "Timeout": "2s", "IdleTimeout": "5m",
              "Retry": { "Attempts": 1, "On": ["5xx", "reset"], "StatusCodes": [409], "PerTryTimeout": "500ms", "NonIdempotent": false,
                "Backoff": { "BaseInterval": "25ms", "MaxInterval": "250ms" }, "MaxBodyBytes": 65536 } } ],
            "RetryBudget": { "Percent": 20, "MinRetryConcurrency": 3, "MinRetriesPerSecond": 10, "Ttl": "10s" },
            "LoadBalancing": { "Policy": "PeakEwma", "ChoiceCount": 2, "DecayTime": "10s", "PanicThreshold": 50 },    // RoundRobin, Random, LeastRequest
            "CircuitBreaker": { "MaxRequests": 1024, "MaxPendingRequests": 1024, "MaxConnections": 128, "MaxRetries": 64 },
            "OutlierDetection": { "ConsecutiveErrors": 5, "BaseEjectionTime": "1s", "MaxEjectionTime": "60s", "EjectionJitter": 0.5,
              "MaxEjectionPercent": 50, "MinReadyEndpoints": 1 },
            "HealthCheck": { "Http": { "Path": "/healthz", "StatusCodes": [200] }, "Interval": "10s", "Timeout": "1s", "HealthyThreshold": 1, "UnhealthyThreshold": 3 },
            "Tls": { "Mode": "Simple", "Sni": "h", "CaCertificates": "ca.pem", "ClientCertificate": "c.pem", "PrivateKey": "k.pem", "SubjectAltNames": [] } } } }
        """;

    /// <summary>Where it stands, and the settings.</summary>
    public static TheoryData<string, string> Shown { get; } = [.. Blocks().Concat(Files())];

    [Fact]
    public void There_are_samples_in_the_readme_and_in_the_storefront()
    {
        string[] places = [.. Shown.Select(row => row.Data.Item1)];

        Assert.Contains(places, place => place.StartsWith("README.md:", StringComparison.Ordinal));
        Assert.Contains(places, place => place.Contains("Storefront", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Shown))]
    public void Settings_that_are_shown_are_good(string place, string json)
    {
        JsonElement root = JsonElement.Parse(json, s_comments);

        Assert.True(root.TryGetProperty("Mesh", out JsonElement mesh), place);
        Assert.Equal(Doc.Dump(Doc.Good(mesh.GetRawText())), Doc.Dump(Doc.ReadConfiguration(mesh.GetRawText()).Value));
    }

    [Fact]
    public void No_key_of_the_sample_is_unknown()
    {
        foreach (int alternative in (int[])[0, 1, 2])
        {
            string json = Alternatives().Replace(Sample, match => $"\"{Pick(match.Groups[1].Value.Split('|'), alternative)}\":");
            DocumentNode root = JsonNodes.Read(json, "Mesh");
            var everything = new Reading { KnownIsEnough = true };
            MeshSchema.Section.Read(root, new MeshSettings(), everything);

            string[] faults = [.. everything.Result(root, new MeshSettings()).Faults.Select(fault => fault.Message)];
            Assert.DoesNotContain(faults, message => message.Contains("is not a setting", StringComparison.Ordinal));

            DocumentResult<MeshSettings> today = Doc.Read(json);
            Assert.DoesNotContain(today.Faults, fault => fault.Message.Contains("is not a setting", StringComparison.Ordinal));
            Assert.Contains(today.Faults, fault => fault.Message.Contains("not supported yet", StringComparison.Ordinal));
            Assert.Equal(today.Faults.Select(fault => fault.ToString()).Order(), Doc.ReadConfiguration(json).Faults.Select(fault => fault.ToString()).Order());
        }
    }

    [Fact]
    public void The_values_that_the_sample_shows_for_the_cluster_are_the_defaults()
    {
        MeshService catalog = Doc.Good("""
            { "Services": { "catalog": {
              "RetryBudget": { "Percent": 20, "MinRetryConcurrency": 3, "MinRetriesPerSecond": 10, "Ttl": "10s" },
              "LoadBalancing": { "Policy": "PeakEwma", "DecayTime": "10s", "PanicThreshold": 50 },
              "CircuitBreaker": { "MaxRequests": 1024, "MaxPendingRequests": 1024 },
              "OutlierDetection": { "ConsecutiveErrors": 5, "BaseEjectionTime": "1s", "MaxEjectionTime": "60s", "EjectionJitter": 0.5,
                "MaxEjectionPercent": 50, "MinReadyEndpoints": 1 } } } }
            """).Services[0];

        Assert.Equal(new RetryBudgetSettings(), catalog.RetryBudget);
        Assert.Equal(new LoadBalancingSettings(), catalog.LoadBalancing);
        Assert.Equal(new CircuitBreakerSettings(), catalog.CircuitBreaker);
        Assert.Equal(new OutlierDetectionSettings(), catalog.OutlierDetection);
    }

    /// <summary>The blocks of JSON, all of which hold settings of the mesh; a part of a file may stand without the braces around it.</summary>
    private static IEnumerable<(string Place, string Json)> Blocks() =>
        from block in MarkdownBlock.All()
        where block.IsJson
        select (block.Place, Comments().Replace(block.Text, "").StartsWith('{') ? block.Text : $"{{{block.Text}\n}}");

    private static IEnumerable<(string Place, string Json)> Files() =>
        from path in Directory.GetFiles(Path.Combine(Repository.Root, "samples"), "appsettings*.json", SearchOption.AllDirectories)
        let json = File.ReadAllText(path)
        where json.Contains("\"Mesh\"", StringComparison.Ordinal)
        select (Path.GetRelativePath(Repository.Root, path), json);

    private static string Pick(string[] names, int alternative) => names[Math.Min(alternative, names.Length - 1)];

    [GeneratedRegex(@"\A(\s|//.*)*")]
    private static partial Regex Comments();

    [GeneratedRegex("\"(\\w+(?:\\|\\w+)+)\":")]
    private static partial Regex Alternatives();
}
