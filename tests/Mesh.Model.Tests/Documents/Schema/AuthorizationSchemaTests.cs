using Mesh.Model.Documents;

namespace Mesh.Model.Tests.Documents;

public sealed class AuthorizationSchemaTests
{
    private const string Head = """ "kind": "AuthorizationPolicy", "name": "readers", "namespace": "shop" """;

    [Fact]
    public void A_whole_policy_is_read()
    {
        AuthorizationPolicy policy = Good("""
            {
              "kind": "AuthorizationPolicy", "name": "readers", "namespace": "shop",
              "selector": { "service": "orders", "labels": { "track": "stable" } },
              "action": "Deny",
              "dryRun": true,
              "rules": [
                {
                  "from": [
                    { "principals": ["spiffe://mesh-1/ns/shop/sa/web", "*/sa/api"], "notNamespaces": ["test-*"], "trustDomains": ["mesh-1"] },
                    { "ipBlocks": ["10.0.0.0/8", "fd00::1"], "notIpBlocks": ["10.1.0.0/16"] }
                  ],
                  "to": [
                    { "methods": ["get", "PROP*"], "paths": ["/orders/*", "*.json", "/a b"], "hosts": ["orders:8080", "*.shop"], "ports": [8080] },
                    { "grpc": { "service": "shop.Orders", "method": "Get" }, "notRoutes": ["/orders/{id:int}"] }
                  ],
                  "when": [
                    { "key": "request.headers[x-tier]", "values": ["gold*", 1, true] },
                    { "key": "source.ip", "notValues": ["10.2.0.0/16"] },
                    { "key": "destination.port", "values": [8080] }
                  ]
                },
                {}
              ]
            }
            """);

        Assert.Equal(("readers", "shop", AuthorizationAction.Deny, true), (policy.Name, policy.Namespace, policy.Action, policy.DryRun));
        Assert.Equal(("orders", "stable"), (policy.Selector!.Service, policy.Selector.Labels["track"]));
        AuthorizationRule rule = policy.Rules[0];
        Assert.Equal(["mesh-1/ns/shop/sa/web", "*/sa/api"], rule.From[0].Principals);
        Assert.Equal(["test-*"], rule.From[0].NotNamespaces);
        Assert.Equal(["10.0.0.0/8", "fd00::1/128"], rule.From[1].IpBlocks.Select(block => block.ToString()));
        Assert.Equal(["GET", "PROP*"], rule.To[0].Methods);
        Assert.Equal(["/orders/*", "*.json", "/a b"], rule.To[0].Paths);
        Assert.Equal([8080], rule.To[0].Ports);
        Assert.Equal([new GrpcMatch { Service = "shop.Orders", Method = "Get" }], rule.To[1].Grpc);
        Assert.Equal(["/orders/{id:int}"], rule.To[1].NotRoutes);
        Assert.Equal((AuthorizationKey.RequestHeader, "x-tier"), (rule.When[0].Key, rule.When[0].Header));
        Assert.Equal(["gold*", "1", "true"], rule.When[0].Values);
        Assert.Equal(["10.2.0.0/16"], rule.When[1].NotValues);
        Assert.Equal(["8080"], rule.When[2].Values);
        Assert.Equal((0, 0, 0), (policy.Rules[1].From.Length, policy.Rules[1].To.Length, policy.Rules[1].When.Length));
    }

    [Fact]
    public void What_is_not_given_allows_nothing()
    {
        AuthorizationPolicy policy = Good("""{ "kind": "AuthorizationPolicy", "name": "nothing" }""");

        Assert.Equal(("default", AuthorizationAction.Allow, false), (policy.Namespace, policy.Action, policy.DryRun));
        Assert.Null(policy.Selector);
        Assert.Empty(policy.Rules);
    }

    [Theory]
    [InlineData("principals", "*")]
    [InlineData("principals", "mesh/ns/*")]
    [InlineData("principals", "*/ns/shop/sa/web")]
    [InlineData("namespaces", "*-prod")]
    [InlineData("trustDomains", "cluster.local")]
    [InlineData("ipBlocks", "0.0.0.0/0")]
    [InlineData("ipBlocks", "::/0")]
    public void Sources_that_are_good(string key, string value) => Good(Rule($$"""{ "from": [{ "{{key}}": ["{{value}}"] }] }"""));

    [Theory]
    [InlineData("paths", "/")]
    [InlineData("paths", "/ü/100%")]
    [InlineData("paths", "*")]
    [InlineData("hosts", "[::1]:80")]
    [InlineData("hosts", "*:8080")]
    [InlineData("hosts", "api.*")]
    [InlineData("methods", "*")]
    [InlineData("routes", "{**rest}")]
    public void Operations_that_are_good(string key, string value) => Good(Rule($$"""{ "to": [{ "{{key}}": ["{{value}}"] }] }"""));

    [Theory]
    [InlineData("""{ "from": [] }""", ":from", "This list is empty, so that nothing could ever match. Fill it, or leave it out.")]
    [InlineData("""{ "from": null }""", ":from", "This list is empty")]
    [InlineData("""{ "to": {} }""", ":to", "This list is empty")]
    [InlineData("""{ "when": "" }""", ":when", "This list is empty")]
    [InlineData("""{ "from": [{}] }""", ":from:0", "Something is missing: give one of Principals, ")]
    [InlineData("""{ "to": [{}] }""", ":to:0", "Something is missing: give one of Methods, ")]
    [InlineData("""{ "when": [{}] }""", ":when:0", "Something is missing: give Key.", 2)]
    [InlineData("""{ "from": [{ "principals": [] }] }""", ":from:0:principals", "This list is empty")]
    [InlineData("""{ "from": [{ "namespaces": null, "principals": ["*"] }] }""", ":from:0:namespaces", "This list is empty")]
    [InlineData("""{ "from": [{ "principals": ["web"] }] }""", ":from:0:principals:0", "'web' is not a principal")]
    [InlineData("""{ "from": [{ "principals": ["m/ns/*/sa/web"] }] }""", ":from:0:principals:0", "'m/ns/*/sa/web' is not a principal, such as mesh-1a2b/ns/shop/sa/web or mesh-1a2b/ns/shop/*. A '*' stands at the beginning or at the end, and once.")]
    [InlineData("""{ "from": [{ "principals": ["*/ns/shop/*"] }] }""", ":from:0:principals:0", "'*/ns/shop/*' is not a principal")]
    [InlineData("""{ "from": [{ "principals": ["M/ns/a/sa/b"] }] }""", ":from:0:principals:0", "'M/ns/a/sa/b' is not a principal")]
    [InlineData("""{ "from": [{ "principals": ["/ns/*"] }] }""", ":from:0:principals:0", "'/ns/*' is not a principal")]
    [InlineData("""{ "from": [{ "principals": ["*/"] }] }""", ":from:0:principals:0", "'*/' is not a principal")]
    [InlineData("""{ "from": [{ "namespaces": ["a/b"] }] }""", ":from:0:namespaces:0", "'a/b' is not a namespace")]
    [InlineData("""{ "from": [{ "trustDomains": ["Mesh"] }] }""", ":from:0:trustDomains:0", "'Mesh' is not a trust domain")]
    [InlineData("""{ "from": [{ "ipBlocks": ["10.0.0.1/8"] }] }""", ":from:0:ipBlocks:0", "'10.0.0.1/8' is not an IP address or a block of them, such as 10.0.0.5, 10.0.0.0/8 or fd00::/8. The block that it is in is 10.0.0.0/8.")]
    [InlineData("""{ "from": [{ "ipBlocks": ["10.1"] }] }""", ":from:0:ipBlocks:0", "'10.1' is not an IP address")]
    [InlineData("""{ "from": [{ "ipBlocks": ["010.0.0.1"] }] }""", ":from:0:ipBlocks:0", "'010.0.0.1' is not an IP address")]
    [InlineData("""{ "from": [{ "ipBlocks": ["10.0.0.0/33"] }] }""", ":from:0:ipBlocks:0", "'10.0.0.0/33' is not an IP address")]
    [InlineData("""{ "from": [{ "ipBlocks": ["*"] }] }""", ":from:0:ipBlocks:0", "'*' is not an IP address")]
    [InlineData("""{ "from": [{ "source": { "principals": ["*"] } }] }""", ":from:0:source", "This is not a setting.")]
    [InlineData("""{ "from": [{ "principal": ["*"] }] }""", ":from:0:principal", "This is not a setting. Did you mean 'principals'?")]
    [InlineData("""{ "from": [{ "requestPrincipals": ["*"] }] }""", ":from:0:requestPrincipals", "This is not a setting.")]
    [InlineData("""{ "to": [{ "paths": ["orders"] }] }""", ":to:0:paths:0", "'orders' is not a path, decoded and without its query, such as /orders, /orders/* or *.json. It starts with '/'.")]
    [InlineData("""{ "to": [{ "paths": ["/%61dmin"] }] }""", ":to:0:paths:0", "'/%61dmin' is not a path")]
    [InlineData("""{ "to": [{ "paths": ["/a?b=c"] }] }""", ":to:0:paths:0", "'/a?b=c' is not a path")]
    [InlineData("""{ "to": [{ "paths": ["/a/{id}"] }] }""", ":to:0:paths:0", "'/a/{id}' is not a path")]
    [InlineData("""{ "to": [{ "paths": ["/a/../b"] }] }""", ":to:0:paths:0", "'/a/../b' is not a path")]
    [InlineData("""{ "to": [{ "paths": ["/a/*/b"] }] }""", ":to:0:paths:0", "'/a/*/b' is not a path")]
    [InlineData("""{ "to": [{ "paths": ["a*"] }] }""", ":to:0:paths:0", "'a*' is not a path")]
    [InlineData("""{ "to": [{ "methods": ["G T"] }] }""", ":to:0:methods:0", "'G T' is not an HTTP method")]
    [InlineData("""{ "to": [{ "hosts": ["http://a"] }] }""", ":to:0:hosts:0", "'http://a' is not a host")]
    [InlineData("""{ "to": [{ "hosts": ["a:0"] }] }""", ":to:0:hosts:0", "'a:0' is not a host")]
    [InlineData("""{ "to": [{ "ports": [0] }] }""", ":to:0:ports:0", "'0' is not a whole number from 1 to 65535.")]
    [InlineData("""{ "to": [{ "grpc": [{}] }] }""", ":to:0:grpc:0", "Something is missing: give one of Service, Method.")]
    [InlineData("""{ "when": [{ "key": "source.ip" }] }""", ":when:0", "Something is missing: give one of Values, NotValues.")]
    [InlineData("""{ "when": [{ "key": "source.ip", "values": [] }] }""", ":when:0:values", "This list is empty")]
    [InlineData("""{ "when": [{ "key": "source.ip", "values": ["x"] }] }""", ":when:0:values:0", "'x' is not an IP address")]
    [InlineData("""{ "when": [{ "key": "source.principal", "values": ["web"] }] }""", ":when:0:values:0", "'web' is not a principal")]
    [InlineData("""{ "when": [{ "key": "destination.port", "values": ["http"] }] }""", ":when:0:values:0", "'http' is not a port")]
    [InlineData("""{ "when": [{ "key": "source.namespaces", "values": ["a"] }] }""", ":when:0:key", "'source.namespaces' is not one of request.headers[NAME], ")]
    [InlineData("""{ "when": [{ "key": "request.headers[]", "values": ["a"] }] }""", ":when:0:key", "'request.headers[]' is not one of ")]
    [InlineData("""{ "when": [{ "key": "request.headers", "values": ["a"] }] }""", ":when:0:key", "'request.headers' is not one of ")]
    [InlineData("""{ "when": [{ "key": "request.auth.claims[iss]", "values": ["a"] }] }""", ":when:0:key", "'request.auth.claims[iss]' is known, not supported yet.")]
    public void Rules_that_are_refused(string rule, string place, string start, int faults = 1)
    {
        DocumentResult<AuthorizationPolicy> result = Read(Rule(rule));

        Assert.Null(result.Value);
        Assert.Equal(faults, result.Faults.Length);
        Assert.Equal($"policy:rules:0{place}", result.Faults[0].Path);
        Assert.StartsWith(start, result.Faults[0].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData($$"""{ {{Head}}, "rules": [] }""", "policy:rules", "This list is empty")]
    [InlineData($$"""{ {{Head}}, "rules": null }""", "policy:rules", "This list is empty")]
    [InlineData($$"""{ {{Head}}, "action": "Deny" }""", "policy", "Action is Deny, and without rules it matches nothing: give some, or [{}] for every call.")]
    [InlineData($$"""{ {{Head}}, "action": "Audit" }""", "policy", "Action is Audit, ")]
    [InlineData($$"""{ {{Head}}, "action": "Audit", "dryRun": true, "rules": [{}] }""", "policy", "An Audit decides nothing")]
    [InlineData($$"""{ {{Head}}, "action": "Custom", "rules": [{}] }""", "policy:action", "'Custom' is not one of Allow, Deny, Audit.")]
    [InlineData($$"""{ {{Head}}, "selector": {} }""", "policy:selector", "Something is missing: give one of Service, Labels.")]
    [InlineData($$"""{ {{Head}}, "selector": { "service": "a.b" } }""", "policy:selector:service", "'a.b' is not a service name")]
    [InlineData("""{ "kind": "AuthorizationPolicy" }""", "policy", "Something is missing: give Name.")]
    [InlineData("""{ "kind": "Service", "name": "a" }""", "policy:kind", "'Service' is not AuthorizationPolicy.")]
    [InlineData("""{ "kind": "AuthorizationPolicy", "name": "a", "namespace": "shop-*" }""", "policy:namespace", "'shop-*' is not a name")]
    public void Policies_that_are_refused(string json, string path, string start)
    {
        DocumentFault fault = Assert.Single(Read(json).Faults);

        Assert.Equal(path, fault.Path);
        Assert.StartsWith(start, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "rules": [{}], "name": "a", "kind": "AuthorizationPolicy" }""", """{"kind":"AuthorizationPolicy","name":"a","namespace":"default","rules":[{}]}""")]
    [InlineData("""{ "kind": "AuthorizationPolicy", "NAME": "a", "namespace": "*" }""", """{"kind":"AuthorizationPolicy","name":"a","namespace":"*"}""")]
    [InlineData("""{ "kind": "PeerAuthentication", "name": "a", "mode": "Strict" }""", """{"kind":"PeerAuthentication","name":"a","namespace":"default","mode":"Strict"}""")]
    public void Each_has_one_text(string json, string canonical)
    {
        DocumentNode root = JsonNodes.Read(json, "");
        DocumentHeader header = MeshDocuments.ReadHeader(root).Value!;

        Assert.Equal(canonical, MeshDocuments.ToJson(root, header));
    }

    [Fact]
    public void One_that_has_no_name_is_told_of_with_all_else_that_is_wrong_in_it()
    {
        DocumentResult<DocumentHeader> header = MeshDocuments.ReadHeader(JsonNodes.Read("""{ "kind": "AuthorizationPolicy", "action": "Custom" }""", ""));

        Assert.Equal(["Something is missing: give Name.", "'Custom' is not one of Allow, Deny, Audit."], header.Faults.Select(fault => fault.Message));
    }

    private static string Rule(string rule) => $$"""{ {{Head}}, "rules": [{{rule}}] }""";

    private static DocumentResult<AuthorizationPolicy> Read(string json) => MeshDocuments.ReadAuthorizationPolicy(JsonNodes.Read(json, "policy"));

    private static AuthorizationPolicy Good(string json)
    {
        DocumentResult<AuthorizationPolicy> result = Read(json);
        Assert.Equal([], result.Faults);
        return result.Value!;
    }
}
