using Mesh.Model.Documents;

namespace Mesh.Model.Tests.Documents;

/// <summary>Every setting that works, with values that are taken and values that are refused.</summary>
public sealed class SupportedSettingsTests
{
    private const string Catalog = "Services:catalog:";
    private const string Route = Catalog + "Routes:0:";
    private const string Retry = Route + "Retry:";
    private const string Match = Route + "Match:0:";
    private const string Header = Match + "Headers:x-tester:";

    private static readonly string[] s_otherMaps = ["QueryParameters", "Cookies", "Baggage"];

    /// <summary>Path, JSON value, where it ends up, what is there.</summary>
    public static TheoryData<string, string, string, string> Good { get; } = InEveryMap(new TheoryData<string, string, string, string>
    {
        { "Enabled", "false", "Enabled", "false" },
        { "Enabled", "\"FALSE\"", "Enabled", "false" },
        { "UnknownSettings", "\"warn\"", "UnknownSettings", "Warn" },
        { "Service:Name", "\"web\"", "Service.Name", "web" },
        { "Service:Namespace", "\"shop\"", "Service.Namespace", "shop" },
        { "Service:Version", "\"v1\"", "Service.Version", "v1" },
        { "Service:Version", "2", "Service.Version", "2" },
        { "Service:Labels:track", "\"canary\"", "Service.Labels.track", "canary" },
        { "ConfigServer:Addresses", "[\"http://127.0.0.1:15010\", \"http://mesh:15010/\"]", "ConfigServer.Addresses", "[\"http://127.0.0.1:15010\",\"http://mesh:15010/\"]" },
        { "ConfigServer:CacheDirectory", "\"/var/cache/mesh\"", "ConfigServer.CacheDirectory", "/var/cache/mesh" },
        { "ConfigServer:FirstCallTimeout", "\"250ms\"", "ConfigServer.FirstCallTimeout", "00:00:00.2500000" },
        { "Upstreams", "\"catalog, pricing.shop\"", "Upstreams", "[\"catalog\",\"pricing.shop\"]" },
        { "Service:Locality:Region", "\"eu\"", "Service.Locality.Region", "eu" },
        { "Service:Locality:Zone", "\"eu-1\"", "Service.Locality.Zone", "eu-1" },
        { "Service:Locality:SubZone", "\"rack 7\"", "Service.Locality.SubZone", "rack 7" },
        { "Service:Weight", "1000", "Service.Weight", "1000" },
        { "Inbound:Enabled", "false", "Inbound.Enabled", "false" },
        { "Inbound:Enabled", "true", "Inbound.Enabled", "true" },
        { "Inbound:Addresses", "[\"http://10.0.0.5:8080\", \"https://[fd00::5]\"]", "Inbound.Addresses.1.Address", "https://[fd00::5]:443" },
        { "Inbound:Addresses", "\"http://10.0.0.5:8080\"", "Inbound.Addresses.0.Address", "http://10.0.0.5:8080" },
        { "Inbound:Addresses", "\"http://10.0.0.5:8080, http://10.0.0.6:8080\"", "Inbound.Addresses.1.Address", "http://10.0.0.6:8080" },
        { "Inbound:Addresses", "[{\"Address\": \"http://10.0.0.5:8080\"}]", "Inbound.Addresses.0.Address", "http://10.0.0.5:8080" },
        { "Inbound:Addresses", "[\"http://10.0.0.5:80\", {\"Address\": \"http://10.0.0.5:81\", \"Protocols\": \"Http2\"}]", "Inbound.Addresses.1.Protocols", "Http2" },
        { "Inbound:DrainTimeout", "\"250ms\"", "Inbound.DrainTimeout", "00:00:00.2500000" },
        { "Inbound:HealthCheck:Http:Path", "\"/healthz\"", "Inbound.HealthCheck.HttpPath", "/healthz" },
        { "Inbound:HealthCheck:Http", "{\"Path\": \"/\", \"StatusCodes\": [200, 204]}", "Inbound.HealthCheck.StatusCodes", "[200,204]" },
        { "Inbound:HealthCheck:Grpc:Service", "\"shop.Pricing\"", "Inbound.HealthCheck.GrpcService", "shop.Pricing" },
        { "Inbound:HealthCheck:Tcp", "true", "Inbound.HealthCheck.Tcp", "true" },
        { "Inbound:HealthCheck", "{\"Tcp\": true, \"Interval\": \"1s\"}", "Inbound.HealthCheck.Interval", "00:00:01" },
        { "Inbound:HealthCheck", "{\"Tcp\": true, \"Timeout\": \"10s\"}", "Inbound.HealthCheck.Timeout", "00:00:10" },
        { "Inbound:HealthCheck", "{\"Tcp\": true, \"HealthyThreshold\": 1000}", "Inbound.HealthCheck.HealthyThreshold", "1000" },
        { "Inbound:HealthCheck", "{\"Tcp\": true, \"UnhealthyThreshold\": 1}", "Inbound.HealthCheck.UnhealthyThreshold", "1" },
        { "Outbound:UnknownHosts", "\"Deny\"", "Outbound.UnknownHosts", "Deny" },
        { "Outbound:Domains", "[\"*.mesh\", \"catalog.internal\"]", "Outbound.Domains", "[\"*.mesh\",\"catalog.internal\"]" },
        { "Outbound:Domains", "\"*.mesh, catalog.internal\"", "Outbound.Domains", "[\"*.mesh\",\"catalog.internal\"]" },
        { "Outbound:DnsRefreshInterval", "\"250ms\"", "Outbound.DnsRefreshInterval", "00:00:00.2500000" },
        { Catalog + "Endpoints", "[]", "Services.0.Endpoints", "[]" },
        { Catalog + "Endpoints", "null", "Services.0.Endpoints", "null" },
        { Catalog + "Endpoints:0", "\"127.0.0.1:5001\"", "Services.0.Endpoints.0.Address", "127.0.0.1:5001" },
        { Catalog + "Endpoints:0:Address", "\"https://localhost\"", "Services.0.Endpoints.0.Address", "https://localhost:443" },
        { Catalog + "Endpoints:0", "\"dns:///a:1\"", "Services.0.Endpoints.0.Lookup", "Addresses" },
        { Catalog + "Endpoints:0", "\"dns+srv:///_http._tcp.a\"", "Services.0.Endpoints.0.Host", "_http._tcp.a" },
        { Catalog + "Endpoints:0", "{\"Address\": \"a:1\", \"Version\": \"v2\"}", "Services.0.Endpoints.0.Version", "v2" },
        { Catalog + "Endpoints:0", "{\"Address\": \"a:1\", \"Labels\": {\"track\": \"canary\"}}", "Services.0.Endpoints.0.Labels.track", "canary" },
        { Catalog + "Endpoints:0", "{\"Address\": \"a:1\", \"Weight\": 1000}", "Services.0.Endpoints.0.Weight", "1000" },
        { Catalog + "Endpoints:0", "{\"Address\": \"a:1\", \"Tls\": \"Simple\"}", "Services.0.Endpoints.0.Tls", "Simple" },
        { Catalog + "Endpoints:0", "{\"Address\": \"a:1\", \"Priority\": 127}", "Services.0.Endpoints.0.Priority", "127" },
        { Catalog + "Subsets:canary:Version", "\"v2\"", "Services.0.Subsets.canary.Version", "v2" },
        { Catalog + "Subsets:canary:Labels:track", "\"canary\"", "Services.0.Subsets.canary.Labels.track", "canary" },
        { Catalog + "Hosts", "[\"catalog:8080\", \"*.catalog.internal\"]", "Services.0.Hosts", "[\"catalog:8080\",\"*.catalog.internal\"]" },
        { "Defaults:OutlierDetection:ConsecutiveErrors", "7", "Defaults.OutlierDetection.ConsecutiveErrors", "7" },
        { Catalog + "RetryBudget:Percent", "12.25", "Services.0.RetryBudget.Percent", "12.25" },
        { Catalog + "RetryBudget:MinRetryConcurrency", "0", "Services.0.RetryBudget.MinRetryConcurrency", "0" },
        { Catalog + "RetryBudget:MinRetriesPerSecond", "1000000", "Services.0.RetryBudget.MinRetriesPerSecond", "1000000" },
        { Catalog + "RetryBudget:Ttl", "\"1m\"", "Services.0.RetryBudget.Ttl", "00:01:00" },
        { Catalog + "LoadBalancing:Policy", "\"roundrobin\"", "Services.0.LoadBalancing.Policy", "RoundRobin" },
        { Catalog + "LoadBalancing:Policy", "\"Random\"", "Services.0.LoadBalancing.Policy", "Random" },
        { Catalog + "LoadBalancing:Policy", "\"LeastRequest\"", "Services.0.LoadBalancing.Policy", "LeastRequest" },
        { Catalog + "LoadBalancing:ChoiceCount", "2", "Services.0.LoadBalancing.ChoiceCount", "2" },
        { Catalog + "LoadBalancing:ChoiceCount", "16", "Services.0.LoadBalancing.ChoiceCount", "16" },
        { Catalog + "LoadBalancing:DecayTime", "\"24h\"", "Services.0.LoadBalancing.DecayTime", "1.00:00:00" },
        { Catalog + "LoadBalancing:PanicThreshold", "0", "Services.0.LoadBalancing.PanicThreshold", "0" },
        { Catalog + "CircuitBreaker:MaxRequests", "1", "Services.0.CircuitBreaker.MaxRequests", "1" },
        { Catalog + "CircuitBreaker:MaxPendingRequests", "2147483647", "Services.0.CircuitBreaker.MaxPendingRequests", "2147483647" },
        { Catalog + "CircuitBreaker:MaxConnections", "1", "Services.0.CircuitBreaker.MaxConnections", "1" },
        { Catalog + "Tls:Mode", "\"Disabled\"", "Services.0.Tls.Mode", "Disabled" },
        { Catalog + "Tls:Sni", "\"shop.example\"", "Services.0.Tls.Sni", "shop.example" },
        { Catalog + "Tls:CaCertificates", "\"ca.pem\"", "Services.0.Tls.CaCertificates", "ca.pem" },
        { Catalog + "Tls:ClientCertificate", "\"c.pem\"", "Services.0.Tls.ClientCertificate", "c.pem" },
        { Catalog + "Tls", "{ \"ClientCertificate\": \"c.pem\", \"PrivateKey\": \"k.pem\" }", "Services.0.Tls.PrivateKey", "k.pem" },
        { Catalog + "Tls:SubjectAltNames", "[\"a\", \"spiffe://mesh/b\"]", "Services.0.Tls.SubjectAltNames", "[\"a\",\"spiffe://mesh/b\"]" },
        { Catalog + "CircuitBreaker:MaxRetries", "0", "Services.0.CircuitBreaker.MaxRetries", "0" },
        { Catalog + "HealthCheck:Http:Path", "\"/healthz\"", "Services.0.HealthCheck.HttpPath", "/healthz" },
        { Catalog + "HealthCheck:Http", "{\"Path\": \"/\", \"StatusCodes\": [200, 204]}", "Services.0.HealthCheck.StatusCodes", "[200,204]" },
        { Catalog + "HealthCheck:Grpc", "{}", "Services.0.HealthCheck.GrpcService", "" },
        { Catalog + "HealthCheck:Grpc:Service", "\"shop.Pricing\"", "Services.0.HealthCheck.GrpcService", "shop.Pricing" },
        { Catalog + "HealthCheck:Tcp", "true", "Services.0.HealthCheck.Tcp", "true" },
        { Catalog + "HealthCheck", "{\"Tcp\": true, \"Interval\": \"250ms\"}", "Services.0.HealthCheck.Interval", "00:00:00.2500000" },
        { Catalog + "HealthCheck", "{\"Tcp\": true, \"Timeout\": \"1m\"}", "Services.0.HealthCheck.Timeout", "00:01:00" },
        { Catalog + "HealthCheck", "{\"Tcp\": true, \"HealthyThreshold\": 1000}", "Services.0.HealthCheck.HealthyThreshold", "1000" },
        { Catalog + "HealthCheck", "{\"Tcp\": true, \"UnhealthyThreshold\": 1}", "Services.0.HealthCheck.UnhealthyThreshold", "1" },
        { Catalog + "OutlierDetection:ConsecutiveErrors", "0", "Services.0.OutlierDetection.ConsecutiveErrors", "0" },
        { Catalog + "OutlierDetection:BaseEjectionTime", "\"1m\"", "Services.0.OutlierDetection.BaseEjectionTime", "00:01:00" },
        { Catalog + "OutlierDetection:MaxEjectionTime", "\"1s\"", "Services.0.OutlierDetection.MaxEjectionTime", "00:00:01" },
        { Catalog + "OutlierDetection:EjectionJitter", "0.25", "Services.0.OutlierDetection.EjectionJitter", "0.25" },
        { Catalog + "OutlierDetection:MaxEjectionPercent", "100", "Services.0.OutlierDetection.MaxEjectionPercent", "100" },
        { Catalog + "OutlierDetection:MinReadyEndpoints", "2", "Services.0.OutlierDetection.MinReadyEndpoints", "2" },
        { Route + "Name", "\"testers\"", "Services.0.Routes.0.Name", "testers" },
        { Route + "Order", "-5", "Services.0.Routes.0.Order", "-5" },
        { Route + "IdleTimeout", "\"5m\"", "Services.0.Routes.0.IdleTimeout", "00:05:00" },
        { Catalog + "Override", "true", "Services.0.Override", "true" },
        { Route + "Timeout", "\"1m30s\"", "Services.0.Routes.0.Timeout", "00:01:30" },
        { Route + "Timeout", "null", "Services.0.Routes.0.Timeout", "null" },
        { Route + "To:0:Service", "\"pricing.shop\"", "Services.0.Routes.0.To.0.Service", "pricing.shop" },
        { Route + "To:0:Subset", "\"canary\"", "Services.0.Routes.0.To.0.Subset", "canary" },
        { Route + "To:0:Weight", "1000000", "Services.0.Routes.0.To.0.Weight", "1000000" },
        { Match + "Path", "\"/items\"", "Services.0.Routes.0.Match.0.Path", "/items" },
        { Route + "Match:Path", "\"/\"", "Services.0.Routes.0.Match.0.Path", "/" },
        { Match + "PathPrefix", "\"/items/\"", "Services.0.Routes.0.Match.0.PathPrefix", "/items/" },
        { Match + "Methods", "[\"get\", \"POST\", \"Get\"]", "Services.0.Routes.0.Match.0.Methods", "[\"GET\",\"POST\"]" },
        { Match + "Methods", "\"get,post\"", "Services.0.Routes.0.Match.0.Methods", "[\"GET\",\"POST\"]" },
        { Match + "Headers:x-tester", "\"yes\"", "Services.0.Routes.0.Match.0.Headers.x-tester.Text", "yes" },
        { Header + "Exact", "\"\"", "Services.0.Routes.0.Match.0.Headers.x-tester.Kind", "Exact" },
        { Header + "Prefix", "\"p\"", "Services.0.Routes.0.Match.0.Headers.x-tester.Kind", "Prefix" },
        { Header + "Suffix", "\"s\"", "Services.0.Routes.0.Match.0.Headers.x-tester.Kind", "Suffix" },
        { Header + "Contains", "\"c\"", "Services.0.Routes.0.Match.0.Headers.x-tester.Kind", "Contains" },
        { Header + "Regex", "\"a+\"", "Services.0.Routes.0.Match.0.Headers.x-tester.Kind", "Regex" },
        { Header + "Present", "true", "Services.0.Routes.0.Match.0.Headers.x-tester.Kind", "Present" },
        { Header + "Present", "false", "Services.0.Routes.0.Match.0.Headers.x-tester.Kind", "Absent" },
        { Match + "Headers:x-tester", "{\"Range\": {\"Start\": -1, \"End\": 10}}", "Services.0.Routes.0.Match.0.Headers.x-tester.Start", "-1" },
        { Match + "Headers:x-tester", "{\"Range\": {\"Start\": -1, \"End\": 10}}", "Services.0.Routes.0.Match.0.Headers.x-tester.End", "10" },
        { Match + "Headers:x-tester", "{\"Exact\": \"a\", \"IgnoreCase\": true}", "Services.0.Routes.0.Match.0.Headers.x-tester.IgnoreCase", "true" },
        { Match + "Headers:x-tester", "{\"Exact\": \"a\", \"Invert\": true}", "Services.0.Routes.0.Match.0.Headers.x-tester.Invert", "true" },
        { Match + "Headers:x-tester", "{}", "Services.0.Routes.0.Match.0.Headers.x-tester.Kind", "Present" },
        { Match + "Headers:x-tester", "null", "Services.0.Routes.0.Match.0.Headers.x-tester.Kind", "Present" },
        { Match[..^1], "{\"Path\": \"/Items\", \"IgnorePathCase\": true}", "Services.0.Routes.0.Match.0.IgnorePathCase", "true" },
        { Match + "QueryParameters:x-tester", "{}", "Services.0.Routes.0.Match.0.QueryParameters.x-tester.Kind", "Present" },
        { Match + "QueryParameters:canary", "\"1\"", "Services.0.Routes.0.Match.0.QueryParameters.canary.Text", "1" },
        { Match + "QueryParameters:a b", "\"1\"", "Services.0.Routes.0.Match.0.QueryParameters.a b.Text", "1" },
        { Match + "Cookies:x-tester", "{\"Prefix\": \"a\"}", "Services.0.Routes.0.Match.0.Cookies.x-tester.Text", "a" },
        { Match + "Baggage:x-tester", "{\"Present\": false}", "Services.0.Routes.0.Match.0.Baggage.x-tester.Kind", "Absent" },
        { Match + "Source:Service", "\"web.shop\"", "Services.0.Routes.0.Match.0.Source.Service", "web.shop" },
        { Match + "Source:Namespace", "\"shop\"", "Services.0.Routes.0.Match.0.Source.Namespace", "shop" },
        { Match + "Source:Labels:track", "\"canary\"", "Services.0.Routes.0.Match.0.Source.Labels.track", "canary" },
        { Match + "Source:Labels:track", "true", "Services.0.Routes.0.Match.0.Source.Labels.track", "true" },
        { Match + "Percent", "12.25", "Services.0.Routes.0.Match.0.Percent", "12.25" },
        { Match + "Percent", "0", "Services.0.Routes.0.Match.0.Percent", "0" },
        { Match + "Grpc:Service", "\"shop.Pricing\"", "Services.0.Routes.0.Match.0.Grpc.Service", "shop.Pricing" },
        { Match + "Grpc:Method", "\"Get\"", "Services.0.Routes.0.Match.0.Grpc.Method", "Get" },
        { Route + "DirectResponse:StatusCode", "503", "Services.0.Routes.0.DirectResponse.StatusCode", "503" },
        { Route + "DirectResponse:GrpcStatus", "14", "Services.0.Routes.0.DirectResponse.GrpcStatus", "14" },
        { Route + "DirectResponse", "{\"StatusCode\": 200, \"Body\": \"gone\", \"ContentType\": \"text/html\"}", "Services.0.Routes.0.DirectResponse.Body", "gone" },
        { Route + "DirectResponse", "{\"StatusCode\": 200, \"Body\": \"gone\", \"ContentType\": \"text/html\"}", "Services.0.Routes.0.DirectResponse.ContentType", "text/html" },
        { Route + "Redirect:Scheme", "\"https\"", "Services.0.Routes.0.Redirect.Scheme", "https" },
        { Route + "Redirect:Hostname", "\"new.catalog\"", "Services.0.Routes.0.Redirect.Hostname", "new.catalog" },
        { Route + "Redirect:Port", "8443", "Services.0.Routes.0.Redirect.Port", "8443" },
        { Route + "Redirect:ReplaceFullPath", "\"/v2\"", "Services.0.Routes.0.Redirect.ReplaceFullPath", "/v2" },
        { Route[..^1], "{\"Match\": {\"PathPrefix\": \"/v1\"}, \"Redirect\": {\"ReplacePrefixMatch\": \"/v2\"}}", "Services.0.Routes.0.Redirect.ReplacePrefixMatch", "/v2" },
        { Route + "Redirect:StatusCode", "308", "Services.0.Routes.0.Redirect.StatusCode", "308" },
        { Route + "Rewrite:Hostname", "\"old.catalog\"", "Services.0.Routes.0.Rewrite.Hostname", "old.catalog" },
        { Route + "Rewrite:ReplaceFullPath", "\"/v2\"", "Services.0.Routes.0.Rewrite.ReplaceFullPath", "/v2" },
        { Route[..^1], "{\"Match\": {\"PathPrefix\": \"/v1\"}, \"Rewrite\": {\"ReplacePrefixMatch\": \"/v2\"}}", "Services.0.Routes.0.Rewrite.ReplacePrefixMatch", "/v2" },
        { Route + "Rewrite:Regex", "{\"Pattern\": \"^/i/([0-9]+)$\", \"Substitution\": \"/items/$1\"}", "Services.0.Routes.0.Rewrite.Regex.Substitution", "/items/$1" },
        { Route + "RequestHeaders:Set", "{\"x-a\": \"1\"}", "Services.0.Routes.0.RequestHeaders.Set.x-a", "1" },
        { Route + "RequestHeaders:Add", "{\"x-a\": \"1\"}", "Services.0.Routes.0.RequestHeaders.Add.x-a", "1" },
        { Route + "RequestHeaders:Remove", "[\"x-a\", \"x-b\"]", "Services.0.Routes.0.RequestHeaders.Remove.1", "x-b" },
        { Route + "ResponseHeaders:Set", "{\"x-a\": \"1\"}", "Services.0.Routes.0.ResponseHeaders.Set.x-a", "1" },
        { Route + "ResponseHeaders:Add", "{\"x-a\": \"1\"}", "Services.0.Routes.0.ResponseHeaders.Add.x-a", "1" },
        { Route + "ResponseHeaders:Remove", "[\"x-a\", \"x-b\"]", "Services.0.Routes.0.ResponseHeaders.Remove.1", "x-b" },
        { Route + "Fault", "{\"Delay\": {\"FixedDelay\": \"2s\", \"Percent\": 0.25}}", "Services.0.Routes.0.Fault.Delay.FixedDelay", "00:00:02" },
        { Route + "Fault", "{\"Delay\": {\"FixedDelay\": \"2s\", \"Percent\": 0.25}}", "Services.0.Routes.0.Fault.Delay.Percent", "0.25" },
        { Route + "Fault", "{\"Abort\": {\"StatusCode\": 503, \"Percent\": 1}}", "Services.0.Routes.0.Fault.Abort.StatusCode", "503" },
        { Route + "Fault", "{\"Abort\": {\"GrpcStatus\": 14, \"Percent\": 1}}", "Services.0.Routes.0.Fault.Abort.GrpcStatus", "14" },
        { Route + "Mirror:0:Service", "\"shadow.shop\"", "Services.0.Routes.0.Mirror.0.Service", "shadow.shop" },
        { Route + "Mirror:0:Subset", "\"canary\"", "Services.0.Routes.0.Mirror.0.Subset", "canary" },
        { Route + "Mirror:0", "{\"Subset\": \"canary\", \"Percent\": 0.25}", "Services.0.Routes.0.Mirror.0.Percent", "0.25" },
        { Route + "Mirror:0", "{\"Subset\": \"canary\", \"MaxRequests\": 1}", "Services.0.Routes.0.Mirror.0.MaxRequests", "1" },
        { Route + "Fault:AllowHeaders", "true", "Services.0.Routes.0.Fault.AllowHeaders", "true" },
        { Retry + "Attempts", "0", "Services.0.Routes.0.Retry.Attempts", "0" },
        { Retry + "Attempts", "\"10\"", "Services.0.Routes.0.Retry.Attempts", "10" },
        { Retry + "On", "[\"5xx\", \"RESET\"]", "Services.0.Routes.0.Retry.On", "Reset, ServerError" },
        { Retry + "On", "\"5xx, gateway-error, reset, connect-failure, refused-stream\"", "Services.0.Routes.0.Retry.On", "ConnectFailure, RefusedStream, Reset, GatewayError, ServerError" },
        { Retry + "On", "\"cancelled,deadline-exceeded,internal,resource-exhausted,unavailable\"", "Services.0.Routes.0.Retry.On", "Cancelled, DeadlineExceeded, ResourceExhausted, Internal, Unavailable" },
        { Retry + "On", "[]", "Services.0.Routes.0.Retry.On", "None" },
        { Retry + "StatusCodes", "[400, 599]", "Services.0.Routes.0.Retry.StatusCodes", "[400,599]" },
        { Retry + "StatusCodes", "409", "Services.0.Routes.0.Retry.StatusCodes", "[409]" },
        { Retry + "PerTryTimeout", "\"500ms\"", "Services.0.Routes.0.Retry.PerTryTimeout", "00:00:00.5000000" },
        { Retry + "NonIdempotent", "true", "Services.0.Routes.0.Retry.NonIdempotent", "true" },
        { Retry + "Backoff:BaseInterval", "\"250ms\"", "Services.0.Routes.0.Retry.Backoff.BaseInterval", "00:00:00.2500000" },
        { Retry + "Backoff:MaxInterval", "\"25ms\"", "Services.0.Routes.0.Retry.Backoff.MaxInterval", "00:00:00.0250000" },
        { Retry + "MaxBodyBytes", "16777216", "Services.0.Routes.0.Retry.MaxBodyBytes", "16777216" },
        { Match + "PathRegex", "\"/v[0-9]+\"", "Services.0.Routes.0.Match.0.PathRegex", "\\\\A(?:/v[0-9]\\u002B)\\\\z CultureInvariant, NonBacktracking" },
    });

    /// <summary>Path, JSON value, a part of the fault, which is at the path.</summary>
    public static TheoryData<string, string, string> Bad { get; } = InEveryMap(new TheoryData<string, string, string>
    {
        { "Enabled", "\"yes\"", "'yes' is not true or false." },
        { "Enabled", "1", "'1' is not true or false." },
        { "Enabled", "[true]", "Here is a list, and not true or false." },
        { "Enabled", "{\"a\": 1}", "Here is an object, and not true or false." },
        { "UnknownSettings", "\"Ignore\"", "'Ignore' is not one of Fail, Warn." },
        { "UnknownSettings", "\"Wran\"", "Did you mean 'Warn'?" },
        { "Service", "\"web\"", "Here is 'web', and not an object with settings such as Name, Namespace, Version." },
        { "Service:Name", "\"localhost\"", "always means this machine" },
        { "Service:Name", "\"my shop\"", "'my shop' is not a service name" },
        { "Service:Name", "\"\"", "'' is not a service name" },
        { "Service:Namespace", "\"a/b\"", "is not a name: letters" },
        { "Service:Version", "\"\"", "'' is not a line of text" },
        { "Service:Version", "\" v1\"", "' v1' is not a line of text" },
        { "Service:Labels", "\"canary\"", "Here is 'canary', and not an object" },
        { "Service:Labels:track", "[1]", "Here is a list, and not a text" },
        { "Service:Locality:Region", "\"\"", "'' is not a line of text" },
        { "Service:Locality:Zone", "\"\"", "'' is not a line of text" },
        { "Service:Locality:SubZone", "\"\"", "'' is not a line of text" },
        { "Service:Weight", "0", "a whole number from 1 to 1000" },
        { "Service:Weight", "1001", "a whole number from 1 to 1000" },
        { "Inbound:Enabled", "\"maybe\"", "'maybe' is not true or false" },
        { "Inbound:Addresses", "{\"a\": \"b\"}", "Here is an object, and not a list" },
        { "Inbound:DrainTimeout", "\"0s\"", "above 0" },
        { "Inbound:HealthCheck", "{}", "It does not say what is asked: give Http, Grpc, or true for Tcp." },
        { "Inbound:HealthCheck", "{\"Tcp\": true, \"Http\": {\"Path\": \"/\"}}", "Http and Tcp do not go together: give only one of Http, Grpc, Tcp." },
        { "ConfigServer:CacheDirectory", "\"\"", "'' is not a line of text" },
        { "ConfigServer:FirstCallTimeout", "\"0s\"", "above 0" },
        { "Outbound:UnknownHosts", "\"Refuse\"", "one of Allow, Deny" },
        { "Outbound:Domains", "{\"a\": \"b.c\"}", "Here is an object, and not a list" },
        { "Outbound:DnsRefreshInterval", "\"0s\"", "above 0" },
        { Catalog + "Endpoints:0", "\"dns://a:1\"", "Three slashes go before the name" },
        { "Services", "\"catalog\"", "Here is 'catalog', and not an object; each key is a service name" },
        { "Services", "[{}, {}]", "Here is a list, and not an object; each key is a service name" },
        { Catalog + "Subsets", "[{\"Version\": \"v2\"}]", "Here is a list, and not an object; each key is a name" },
        { Catalog + "Subsets:canary:Labels", "[\"track\"]", "Here is a list, and not an object" },
        { Match + "Headers", "[\"x-tester\"]", "Here is a list, and not an object; each key is an HTTP token" },
        { "Services:localhost", "{}", "'localhost' is not a service name" },
        { "Services:LocalHost", "{}", "'LocalHost' is not a service name" },
        { "Services:127.0.0.1", "{}", "Addresses belong in a service's Endpoints." },
        { "Services:a b", "{}", "'a b' is not a service name" },
        { "Services:catalog", "\"127.0.0.1:5001\"", "not an object with settings such as" },
        { Catalog + "Endpoints", "\"127.0.0.1:5001\"", "Here is '127.0.0.1:5001', and not a list, or an object keyed by name" },
        { Catalog + "Endpoints", "{\"Address\": \"a:1\"}", "Here is a single entry; put it in a list: [ { … } ]." },
        { Catalog + "Endpoints", "{\"Address\": \"a:1\", \"labels\": {\"zone\": \"x\"}}", "Here is a single entry; put it in a list: [ { … } ]." },
        { Catalog + "Endpoints:0", "{\"Version\": \"v1\"}", "Something is missing: give Address." },
        { Catalog + "Endpoints:0", "null", "Something is missing: give Address." },
        { Catalog + "Endpoints:0", "\"catalog\"", "'catalog' is not an endpoint, such as 127.0.0.1:5001" },
        { Catalog + "Endpoints:0:Address", "\"catalog\"", "Its port is missing." },
        { Catalog + "Subsets:a b", "{\"Version\": \"v2\"}", "'a b' is not a name" },
        { Catalog + "Subsets:canary", "{}", "Something is missing: give one of Version, Labels." },
        { Catalog + "Subsets:canary", "{\"Labels\": {}}", "Something is missing: give one of Version, Labels." },
        { Catalog + "Subsets:canary:Version", "\"\"", "'' is not a line of text" },
        { Catalog + "Subsets:canary:Labels", "\"a\"", "Here is 'a', and not an object" },
        { Catalog + "Subsets:canary:Labels:track", "[\"a\"]", "Here is a list, and not a text" },
        { "Defaults:RetryBudget:Percent", "101", "a percentage from 0 to 100" },
        { "Defaults:Routes", "[]", "This is not a setting." },
        { Catalog + "Hosts", "{\"a\": \"b\"}", "Here is an object, and not a list" },
        { Catalog + "RetryBudget:Percent", "100.01", "a percentage from 0 to 100 with at most two decimals" },
        { Catalog + "RetryBudget:Percent", "0.125", "a percentage from 0 to 100 with at most two decimals" },
        { Catalog + "RetryBudget:Percent", "-1", "a percentage from 0 to 100 with at most two decimals" },
        { Catalog + "RetryBudget:Percent", "\"20%\"", "'20%' is not a percentage" },
        { Catalog + "RetryBudget:MinRetryConcurrency", "-1", "a whole number from 0 to 1000000" },
        { Catalog + "RetryBudget:MinRetriesPerSecond", "1000001", "a whole number from 0 to 1000000" },
        { Catalog + "RetryBudget:Ttl", "\"999ms\"", "a duration from 1s to 1m" },
        { Catalog + "RetryBudget:Ttl", "\"61s\"", "a duration from 1s to 1m" },
        { Catalog + "LoadBalancing:Policy", "\"PeekEwma\"", "Did you mean 'PeakEwma'?" },
        { Catalog + "LoadBalancing:ChoiceCount", "1", "a whole number from 2 to 16" },
        { Catalog + "LoadBalancing:ChoiceCount", "17", "a whole number from 2 to 16" },
        { Catalog + "LoadBalancing:DecayTime", "10", "It needs a unit: 10s or 10ms." },
        { Catalog + "LoadBalancing:DecayTime", "\"24h1ms\"", "above 0 and at most 24h" },
        { Catalog + "LoadBalancing:PanicThreshold", "101", "a percentage" },
        { Catalog + "CircuitBreaker:MaxRequests", "0", "a whole number from 1 to 2147483647" },
        { Catalog + "CircuitBreaker:MaxPendingRequests", "2147483648", "a whole number from 0 to 2147483647" },
        { Catalog + "CircuitBreaker:MaxPendingRequests", "1.5", "'1.5' is not a whole number" },
        { Catalog + "CircuitBreaker:MaxConnections", "0", "a whole number from 1 to 2147483647" },
        { Catalog + "Tls:Mode", "\"Simpel\"", "Did you mean 'Simple'?" },
        { Catalog + "Tls:Mode", "\"Mesh\"", "known, not supported yet" },
        { Catalog + "Tls:Sni", "\"\"", "'' is not a line of text" },
        { Catalog + "Tls:CaCertificates", "\"\"", "'' is not a line of text" },
        { Catalog + "Tls:ClientCertificate", "\"\"", "'' is not a line of text" },
        { Catalog + "Tls:PrivateKey", "\"\"", "'' is not a line of text" },
        { Catalog + "Tls:SubjectAltNames", "{\"a\": \"b\"}", "Here is an object, and not a list" },
        { Catalog + "Tls", "{\"Mode\": \"Mutual\"}", "there is no certificate to show: give ClientCertificate" },
        { Catalog + "Tls", "{\"PrivateKey\": \"k.pem\"}", "There is a PrivateKey without its certificate" },
        { Catalog[..^1], "{\"Tls\": {}, \"Endpoints\": [\"http://a:1\"]}", "The endpoint 'http://a:1' takes calls without TLS alone" },
        { Catalog[..^1], "{\"Endpoints\": [{\"Address\": \"a:1\", \"Tls\": \"Mutual\"}]}", "The endpoint 'a:1' has Tls Mutual, and there is no certificate" },
        { Catalog + "CircuitBreaker:MaxRetries", "-1", "a whole number from 0 to 2147483647" },
        { Catalog + "HealthCheck", "{}", "It does not say what is asked: give Http, Grpc, or true for Tcp." },
        { Catalog + "HealthCheck", "{\"Interval\": \"1s\"}", "It does not say what is asked" },
        { Catalog + "HealthCheck", "{\"Tcp\": false}", "It does not say what is asked" },
        { Catalog + "HealthCheck", "{\"Tcp\": true, \"Http\": {\"Path\": \"/\"}}", "Http and Tcp do not go together: give only one of Http, Grpc, Tcp." },
        { Catalog + "HealthCheck", "{\"Grpc\": {}, \"Http\": {\"Path\": \"/\"}}", "Http and Grpc do not go together" },
        { Catalog + "HealthCheck", "{\"Grpc\": {\"Service\": \"a\"}, \"Tcp\": true}", "Grpc and Tcp do not go together" },
        { Catalog + "HealthCheck:Http:Path", "\"healthz\"", "'healthz' is not a path that starts with '/'" },
        { "Inbound:HealthCheck:Http:Path", "\"healthz\"", "'healthz' is not a path that starts with '/'" },
        { Catalog + "HealthCheck:Grpc:Service", "\"\"", "'' is not a line of text" },
        { "Inbound:HealthCheck:Grpc:Service", "\"\"", "'' is not a line of text" },
        { Catalog + "HealthCheck:Tcp", "\"yes\"", "'yes' is not true or false." },
        { "Inbound:HealthCheck:Tcp", "\"yes\"", "'yes' is not true or false." },
        { Catalog + "OutlierDetection:ConsecutiveErrors", "1001", "a whole number from 0 to 1000" },
        { Catalog + "OutlierDetection:BaseEjectionTime", "\"0s\"", "above 0" },
        { Catalog + "OutlierDetection:MaxEjectionTime", "\"-1s\"", "'-1s' is not a duration" },
        { Catalog + "OutlierDetection:EjectionJitter", "1.1", "a number from 0 to 1" },
        { Catalog + "OutlierDetection:EjectionJitter", "\"NaN\"", "a number from 0 to 1" },
        { Catalog + "OutlierDetection:MaxEjectionPercent", "\"half\"", "a percentage" },
        { Catalog + "OutlierDetection:MinReadyEndpoints", "-1", "a whole number from 0" },
        { Catalog + "Routes", "true", "Here is 'True', and not a list, or an object keyed by name" },
        { Catalog + "Routes", "{\"Match\": {}}", "Here is a single entry; put it in a list: [ { … } ]." },
        { Catalog + "Routes", "{\"Match\": {\"Path\": \"/a\"}, \"Timeout\": \"1s\"}", "Here is a single entry; put it in a list: [ { … } ]." },
        { Route + "To", "{\"Service\": \"catalog\", \"Weight\": 10}", "Here is a single entry; put it in a list: [ { … } ]." },
        { Catalog + "Routes:0", "\"/items\"", "Here is '/items', and not an object" },
        { Route + "Name", "\"\"", "'' is not a line of text" },
        { Route + "Order", "0.5", "a whole number" },
        { Route + "IdleTimeout", "\"soon\"", "a duration" },
        { Catalog + "Override", "2", "'2' is not true or false." },
        { Route + "Timeout", "\"0ms\"", "above 0" },
        { Route + "Timeout", "2", "It needs a unit: 2s or 2ms." },
        { Route + "Timeout", "\"\"", "'' is not a duration" },
        { Route + "To:0:Service", "\"\"", "'' is not a service name" },
        { Route + "To:0:Service", "\"127.0.0.1\"", "Addresses belong in a service's Endpoints." },
        { Route + "To:0:Subset", "\"\"", "'' is not a line of text" },
        { Route + "To:0:Weight", "1000001", "a whole number from 0 to 1000000" },
        { Route + "Match", "\"/items\"", "Here is '/items', and not an object, or a list of them" },
        { Match + "Path", "\"items\"", "'items' is not a path that starts with '/'" },
        { Match + "Path", "\"/items?q=1\"", "In a URI its path is '/items'." },
        { Match + "PathPrefix", "\"/items/{id}\"", "What varies is for PathRegex." },
        { Match + "PathPrefix", "\"\"", "'' is not a path" },
        { Match + "PathRegex", "\"(\"", "Not enough )'s." },
        { Match + "Methods", "\"GET,,POST\"", "'' is not an HTTP method" },
        { Match + "Headers:x tester", "\"a\"", "'x tester' is not an HTTP token" },
        { Match + "IgnorePathCase", "\"yes\"", "'yes' is not true or false." },
        { Match + "QueryParameters", "\"q=1\"", "Here is 'q=1', and not an object; each key is a line of text" },
        { Match + "QueryParameters", "[\"q\"]", "Here is a list, and not an object" },
        { Match + "Cookies", "\"a=1\"", "Here is 'a=1', and not an object" },
        { Match + "Cookies:a b", "{}", "'a b' is not an HTTP token" },
        { Match + "Baggage", "true", "Here is 'True', and not an object" },
        { Match + "Baggage:a;b", "{}", "'a;b' is not an HTTP token" },
        { Match + "Source", "{}", "give one of Service, Namespace, Labels." },
        { Match + "Source", "\"web\"", "Here is 'web', and not an object" },
        { Match + "Source:Service", "\"a/b\"", "'a/b' is not a service name" },
        { Match + "Source:Namespace", "\"a/b\"", "is not a name: letters" },
        { Match + "Source:Labels", "\"a\"", "Here is 'a', and not an object" },
        { Match + "Percent", "100.01", "a percentage from 0 to 100 with at most two decimals" },
        { Match + "Percent", "12.345", "a percentage from 0 to 100 with at most two decimals" },
        { Match + "Percent", "-1", "a percentage from 0 to 100 with at most two decimals" },
        { Match + "Headers:x-tester", "{\"Invert\": true}", "Something is missing: give one of Exact, Prefix, Suffix, Contains, Regex, Present, Range." },
        { Match + "Headers:x-tester", "{\"Exact\": \"a\", \"Prefix\": \"b\"}", "Exact and Prefix do not go together" },
        { Header + "Exact", "{\"a\": 1}", "Here is an object, and not a text." },
        { Header + "Prefix", "[1]", "Here is a list, and not a text." },
        { Header + "Suffix", "[1]", "Here is a list, and not a text." },
        { Header + "Contains", "[1]", "Here is a list, and not a text." },
        { Header + "Regex", "\"(?=a)\"", "positive lookahead" },
        { Header + "Present", "\"x\"", "'x' is not true or false." },
        { Header + "Range", "{\"Start\": 1}", "Something is missing: give End." },
        { Header + "Range", "{\"Start\": 1, \"End\": 1}", "No number is in the range" },
        { Match + "Headers:x-tester", "{\"Present\": true, \"IgnoreCase\": true}", "IgnoreCase means nothing here" },
        { Match + "Grpc", "{}", "Something is missing: give one of Service, Method." },
        { Match + "Grpc:Service", "\"shop/Pricing\"", "'shop/Pricing' is not a gRPC service" },
        { Match + "Grpc:Method", "\"Get Price\"", "'Get Price' is not a gRPC method" },
        { Match[..^1], "{\"Grpc\": {\"Method\": \"Get\"}, \"Methods\": [\"GET\"]}", "Methods and Grpc do not go together" },
        { Match[..^1], "{\"Grpc\": {\"Method\": \"Get\"}, \"PathPrefix\": \"/\"}", "PathPrefix and Grpc do not go together" },
        { Match[..^1], "{\"Path\": \"/\", \"PathPrefix\": \"/\"}", "Path and PathPrefix do not go together" },
        { Route + "DirectResponse:StatusCode", "199", "'199' is not a whole number from 200 to 599." },
        { Route + "DirectResponse:GrpcStatus", "17", "'17' is not a whole number from 0 to 16." },
        { Route + "DirectResponse", "{\"StatusCode\": 200, \"GrpcStatus\": 0}", "StatusCode and GrpcStatus do not go together" },
        { Route + "Redirect:Scheme", "\"ftp\"", "'ftp' is not one of http, https." },
        { Route + "Redirect:Hostname", "\"a b\"", "'a b' is not a host name" },
        { Route + "Redirect:Port", "0", "'0' is not a whole number from 1 to 65535." },
        { Route + "Redirect:ReplaceFullPath", "\"v2\"", "'v2' is not a path" },
        { Route + "Redirect:ReplacePrefixMatch", "\"v2\"", "'v2' is not a path" },
        { Route + "Redirect:StatusCode", "304", "'304' is not one of 301, 302, 303, 307, 308." },
        { Route[..^1], "{\"Match\": {\"Path\": \"/v1\"}, \"Redirect\": {\"ReplacePrefixMatch\": \"/v2\"}}", "every Match must have a PathPrefix" },
        { Route + "Rewrite:Hostname", "\"a b\"", "'a b' is not a host name" },
        { Route + "Rewrite:ReplaceFullPath", "\"v2\"", "'v2' is not a path" },
        { Route + "Rewrite:ReplacePrefixMatch", "\"v2\"", "'v2' is not a path" },
        { Route[..^1], "{\"Match\": {\"Path\": \"/v1\"}, \"Rewrite\": {\"ReplacePrefixMatch\": \"/v2\"}}", "every Match must have a PathPrefix" },
        { Route + "Rewrite:Regex:Pattern", "\"(\"", "Not enough )'s" },
        { Route + "Rewrite:Regex", "{\"Substitution\": \"/items\"}", "Something is missing: give Pattern." },
        { Route + "RequestHeaders:Set", "\"x\"", "Here is 'x', and not an object" },
        { Route + "RequestHeaders:Add", "\"x\"", "Here is 'x', and not an object" },
        { Route + "RequestHeaders:Remove", "{\"a\": \"b\"}", "Here is an object, and not a list" },
        { Route + "ResponseHeaders:Set", "\"x\"", "Here is 'x', and not an object" },
        { Route + "ResponseHeaders:Add", "\"x\"", "Here is 'x', and not an object" },
        { Route + "ResponseHeaders:Remove", "{\"a\": \"b\"}", "Here is an object, and not a list" },
        { Route + "Mirror", "\"shadow\"", "Here is 'shadow', and not a list" },
        { Route + "Mirror:0", "{\"Percent\": 5}", "Something is missing: give one of Service, Subset." },
        { Route + "Mirror:0:Service", "\"127.0.0.1\"", "Addresses belong in a service's Endpoints." },
        { Route + "Mirror:0:Subset", "\"\"", "'' is not a line of text" },
        { Route + "Fault", "{}", "give one of Delay, Abort, AllowHeaders." },
        { Route + "Fault:Delay:FixedDelay", "\"0s\"", "'0s' is not a duration" },
        { Route + "Fault:Abort:StatusCode", "100", "'100' is not a whole number from 200 to 599." },
        { Route + "Fault:Abort:GrpcStatus", "\"x\"", "'x' is not a whole number" },
        { Route + "Fault:AllowHeaders", "2", "'2' is not true or false." },
        { Retry + "Attempts", "11", "'11' is not a whole number from 0 to 10." },
        { Retry + "Attempts", "-1", "'-1' is not a whole number from 0 to 10." },
        { Retry + "On", "{\"a\": \"reset\"}", "Here is an object, and not a list" },
        { Retry + "PerTryTimeout", "\"fast\"", "'fast' is not a duration" },
        { Retry + "NonIdempotent", "\"\"", "'' is not true or false." },
        { Retry + "Backoff:BaseInterval", "\"1\"", "It needs a unit: 1s or 1ms." },
        { Retry + "Backoff:MaxInterval", "\"1d\"", "'1d' is not a duration" },
        { Retry + "Backoff", "{\"BaseInterval\": \"1s\"}", "MaxInterval (250ms) is shorter than BaseInterval (1s)." },
        { Retry + "MaxBodyBytes", "16777217", "a whole number from 0 to 16777216" },
        { "Inbound", "{\"HealthCheck\": {\"Tcp\": true, \"Interval\": \"999ms\"}}", "HealthCheck:Interval (999ms) is below 1s, and the config server asks once a second at most." },
        { "Inbound", "{\"HealthCheck\": {\"Tcp\": true, \"Timeout\": \"11s\"}}", "HealthCheck:Timeout (11s) is above 10s, and the config server waits no longer." },
        { Catalog + "OutlierDetection", "{\"BaseEjectionTime\": \"2m\"}", "MaxEjectionTime (1m) is shorter than BaseEjectionTime (2m)." },
        { Route[..^1], "{\"Timeout\": \"1s\", \"Retry\": {\"PerTryTimeout\": \"1500ms\"}}", "Timeout (1s) is shorter than Retry:PerTryTimeout (1s500ms)." },
        { Route + "To", "[{\"Weight\": 0}, {\"Service\": \"pricing\", \"Weight\": 0}]", "All weights are 0" },
    });

    /// <summary>Path, JSON value, where below the path the fault is, a part of it.</summary>
    public static TheoryData<string, string, string, string> BadWithin { get; } = InEveryMap(new TheoryData<string, string, string, string>
    {
        { "ConfigServer:Addresses", "[\"127.0.0.1:15010\"]", "0", "'127.0.0.1:15010' is not an http or https URL" },
        { "ConfigServer:Addresses", "[\"http://mesh/rules\"]", "0", "is not an http or https URL" },
        { "ConfigServer:Addresses", "[\"https://mesh:15012\"]", "0", "'https://mesh:15012' is known, not supported yet." },
        { "Upstreams", "[\"a b\"]", "0", "'a b' is not a service name" },
        { "Inbound:Addresses", "[\"10.0.0.5:8080\"]", "0", "'10.0.0.5:8080' is not an IP address with its scheme and port" },
        { "Inbound:Addresses", "[\"http://0.0.0.0:8080\"]", "0", "'http://0.0.0.0:8080' is not an IP address with its scheme and port" },
        { "Inbound:Addresses", "[\"http://[::]:8080\"]", "0", "'http://[::]:8080' is not an IP address with its scheme and port" },
        { "Inbound:Addresses", "[\"http://web:8080\"]", "0", "'http://web:8080' is not an IP address with its scheme and port" },
        { "Inbound:Addresses", "[{\"Protocols\": \"Http2\"}]", "0", "Address" },
        { "Inbound:Addresses", "[{\"Address\": \"10.0.0.5:8080\"}]", "0:Address", "'10.0.0.5:8080' is not an IP address with its scheme and port" },
        { "Inbound:Addresses", "[{\"Address\": \"http://10.0.0.5:8080\", \"Protocols\": \"Http3\"}]", "0:Protocols", "'Http3' is not one of Http1, Http2, Http1AndHttp2" },
        { "Inbound:Addresses", "[\"http://10.0.0.5:8080/a\"]", "0", "'http://10.0.0.5:8080/a' is not an IP address with its scheme and port" },
        { "Outbound:Domains", "[\"a b\"]", "0", "'a b' is not a host name or a wildcard" },
        { Catalog + "Hosts", "[\"a:0\"]", "0", "'a:0' is not a host name or a wildcard" },
        { "Outbound:Domains", "[\"*\"]", "0", "'*' is not a host name or a wildcard" },
        { "Outbound:Domains", "[\"10.0.0.1\"]", "0", "'10.0.0.1' is not a host name" },
        { Match + "Methods", "[\"GET POST\"]", "0", "'GET POST' is not an HTTP method" },
        { Header + "Range", "{\"Start\": \"a\", \"End\": 1}", "Start", "'a' is not a whole number" },
        { Header + "Range", "{\"Start\": 1, \"End\": 9223372036854775808}", "End", "is not a whole number" },
        { Header[..^1], "{\"Exact\": \"a\", \"IgnoreCase\": 2}", "IgnoreCase", "'2' is not true or false." },
        { Header[..^1], "{\"Exact\": \"a\", \"Invert\": 2}", "Invert", "'2' is not true or false." },
        { Route + "Mirror:0", "{\"Subset\": \"canary\", \"Percent\": 100.01}", "Percent", "a percentage from 0 to 100 with at most two decimals" },
        { Route + "Mirror:0", "{\"Subset\": \"canary\", \"MaxRequests\": 0}", "MaxRequests", "a whole number from 1 to 2147483647" },
        { Route + "DirectResponse", "{\"StatusCode\": 200, \"Body\": [1]}", "Body", "Here is a list, and not a text." },
        { Route + "DirectResponse", "{\"StatusCode\": 200, \"ContentType\": \"\"}", "ContentType", "'' is not a line of text" },
        { Route + "Rewrite:Regex", "{\"Pattern\": \"a\", \"Substitution\": {\"a\": 1}}", "Substitution", "Here is an object, and not a text." },
        { Route + "RequestHeaders:Set", "{\"content-length\": \"1\"}", "content-length", "The connection sets this one itself." },
        { Route + "RequestHeaders:Add", "{\"x-a\": \"1\\r\\nx-b: 2\"}", "x-a", "It has a control character in it." },
        { Route + "RequestHeaders:Remove", "[\"Host\"]", "0", "The host is for Rewrite:Hostname." },
        { Route + "ResponseHeaders:Set", "{\"content-length\": \"1\"}", "content-length", "The connection sets this one itself." },
        { Route + "ResponseHeaders:Add", "{\"x-a\": \"1\\r\\nx-b: 2\"}", "x-a", "It has a control character in it." },
        { Route + "ResponseHeaders:Remove", "[\"Host\"]", "0", "The host is for Rewrite:Hostname." },
        { Route + "Fault", "{\"Delay\": {\"FixedDelay\": \"2s\", \"Percent\": 101}}", "Delay:Percent", "a percentage from 0 to 100" },
        { Route + "Fault", "{\"Abort\": {\"StatusCode\": 503, \"Percent\": -1}}", "Abort:Percent", "a percentage from 0 to 100" },
        { Retry + "On", "[\"resets\"]", "0", "Did you mean 'reset'?" },
        { Retry + "StatusCodes", "[399]", "0", "a whole number from 400 to 599" },
        { Retry + "StatusCodes", "[null]", "0", "Here is nothing, and not a whole number" },
        { Catalog + "Endpoints:0", "{\"Address\": \"a:1\", \"Tls\": \"On\"}", "Tls", "'On' is not one of" },
        { Catalog + "Endpoints:0", "{\"Address\": \"a:1\", \"Weight\": 0}", "Weight", "a whole number from 1 to 1000" },
        { Catalog + "HealthCheck", "{\"Http\": {\"Path\": \"/\", \"StatusCodes\": [600]}}", "Http:StatusCodes:0", "a whole number from 100 to 599" },
        { "Inbound:HealthCheck", "{\"Http\": {\"Path\": \"/\", \"StatusCodes\": [600]}}", "Http:StatusCodes:0", "a whole number from 100 to 599" },
        { Catalog + "HealthCheck", "{\"Tcp\": true, \"Interval\": \"0s\"}", "Interval", "above 0" },
        { "Inbound:HealthCheck", "{\"Tcp\": true, \"Interval\": \"0s\"}", "Interval", "above 0" },
        { Catalog + "HealthCheck", "{\"Tcp\": true, \"Timeout\": \"1\"}", "Timeout", "It needs a unit: 1s or 1ms." },
        { "Inbound:HealthCheck", "{\"Tcp\": true, \"Timeout\": \"1\"}", "Timeout", "It needs a unit: 1s or 1ms." },
        { Catalog + "HealthCheck", "{\"Tcp\": true, \"HealthyThreshold\": 0}", "HealthyThreshold", "a whole number from 1 to 1000" },
        { "Inbound:HealthCheck", "{\"Tcp\": true, \"HealthyThreshold\": 0}", "HealthyThreshold", "a whole number from 1 to 1000" },
        { Catalog + "HealthCheck", "{\"Tcp\": true, \"UnhealthyThreshold\": 0}", "UnhealthyThreshold", "a whole number from 1 to 1000" },
        { "Inbound:HealthCheck", "{\"Tcp\": true, \"UnhealthyThreshold\": 0}", "UnhealthyThreshold", "a whole number from 1 to 1000" },
        { Catalog + "Endpoints:0", "{\"Address\": \"a:1\", \"Priority\": 128}", "Priority", "a whole number from 0 to 127" },
        { Catalog + "Endpoints:0", "{\"Address\": \"a:1\", \"Priority\": -1}", "Priority", "a whole number from 0 to 127" },
        { Catalog + "Endpoints:0", "{\"Address\": \"a:1\", \"Version\": \"\"}", "Version", "'' is not a line of text" },
        { Catalog + "Endpoints:0", "{\"Address\": \"a:1\", \"Labels\": {\"track\": {}}}", "Labels:track", "Here is nothing, and not a text." },
    });

    [Theory]
    [MemberData(nameof(Good))]
    public void A_good_value_arrives_in_its_record(string path, string value, string place, string expected)
    {
        string json = Doc.Nest(path, value);

        Assert.Equal(expected, Doc.Dump(Doc.Good(json), place));
        Assert.Equal(Doc.Dump(Doc.Good(json)), Doc.Dump(Doc.ReadConfiguration(json).Value));
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_bad_value_is_the_one_fault_of_its_document(string path, string value, string expected) =>
        AssertOneFault(Doc.Nest(path, value), $"Mesh:{path}", expected);

    [Theory]
    [MemberData(nameof(BadWithin))]
    public void So_is_one_within_a_value(string path, string value, string place, string expected) =>
        AssertOneFault(Doc.Nest(path, value), $"Mesh:{path}:{place}", expected);

    [Fact]
    public void Every_setting_of_the_table_that_works_is_tested_with_good_and_bad_values()
    {
        // What services start from has the same shape as a service's own.
        string[] settings =
            [.. Leaves(MeshSchema.Section, "").Where(path => !path.StartsWith("Defaults:", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

        Assert.True(settings.Length > 50);
        Assert.Equal(settings, settings.Intersect(Good.SelectMany(row => Names(Doc.Nest(row.Data.Item1, row.Data.Item2)))));
        Assert.Equal(settings, settings.Intersect(
            Bad.Select(row => Name(row.Data.Item1)).Concat(BadWithin.Select(row => Name($"{row.Data.Item1}:{row.Data.Item3}")))));
    }

    /// <summary>What is said of a header's value holds for the values of parameters, cookies and baggage too.</summary>
    private static TheoryData<string, string, string, string> InEveryMap(TheoryData<string, string, string, string> rows)
    {
        foreach ((string path, string value, string place, string expected) in rows.Select(row => row.Data).Where(row => IsHeader(row.Item1)).ToArray())
        {
            Array.ForEach(s_otherMaps, map => rows.Add(InMap(path, map), value, InMap(place, map), expected));
        }

        return rows;
    }

    private static TheoryData<string, string, string> InEveryMap(TheoryData<string, string, string> rows)
    {
        foreach ((string path, string value, string expected) in rows.Select(row => row.Data).Where(row => IsHeader(row.Item1)).ToArray())
        {
            Array.ForEach(s_otherMaps, map => rows.Add(InMap(path, map), value, expected));
        }

        return rows;
    }

    private static bool IsHeader(string path) => path.StartsWith(Header[..^1], StringComparison.Ordinal);

    private static string InMap(string path, string map) => path.Replace("Headers", map, StringComparison.Ordinal);

    private static void AssertOneFault(string json, string path, string expected)
    {
        DocumentFault fault = Doc.Fault(json);

        Assert.Equal(path, fault.Path);
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.Equal([fault], Doc.ReadConfiguration(json).Faults);
    }

    /// <summary>Supported settings without settings of their own, by path without the user's names.</summary>
    private static IEnumerable<string> Leaves(Shape shape, string path) => shape.Settings.Where(setting => setting.IsSupported)
        .SelectMany(setting => setting.Shape.Settings.Count == 0 ? [path + setting.Name] : Leaves(setting.Shape, path + setting.Name + ":"));

    /// <summary>All paths of a document.</summary>
    private static IEnumerable<string> Names(string json) => [.. JsonNodes.Read(json, "").All().Select(node => Name(node.Path))];

    /// <summary>A path without places in lists and the user's names.</summary>
    private static string Name(string path) => string.Join(':', path.Split(':').Where(step => step.Length > 0 && !IsUsers(step)));

    private static bool IsUsers(string step) => int.TryParse(step, out _) || step is "catalog" or "canary" or "x-tester" or "track";
}
