using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.Store;
using Mesh.ConfigServer.Tests.Infrastructure;

namespace Mesh.ConfigServer.Tests.Documents;

public sealed class DocumentReaderTests
{
    [Fact]
    public void A_stream_has_many_documents_of_both_kinds()
    {
        DocumentSet set = Docs.Yaml("""
            kind: MeshSettings
            defaults: { loadBalancing: { policy: RoundRobin } }
            ---
            # nothing here
            ---
            KIND: service
            Name: catalog
            namespace: shop
            ---
            kind: Service
            name: pricing
            """);

        Assert.Empty(set.Faults);
        Assert.Equal([DocumentKey.Settings, Docs.Service("catalog", "shop"), Docs.Service("PRICING")], set.Documents.Select(document => document.Key));
        Assert.Equal([1, 6, 10], set.Documents.Select(document => document.Root.Line));
    }

    [Theory]
    [InlineData("""[ { "kind": "Service", "name": "a" }, { "kind": "Service", "name": "b" } ]""", 2)]
    [InlineData("""{ "kind": "Service", "name": "a" }""", 1)]
    [InlineData("[]", 0)]
    public void Json_is_one_document_or_an_array(string json, int count)
    {
        DocumentSet set = Docs.Json(json);

        Assert.Empty(set.Faults);
        Assert.Equal(count, set.Documents.Length);
    }

    [Fact]
    public void All_faults_of_all_documents_come_at_once()
    {
        DocumentSet set = Docs.Yaml("""
            kind: Service
            name: catalog
            routes:
              - timeout: 5
              - timout: 5s
            ---
            kind: Servise
            ---
            kind: Service
            namespace: a b
            endpoints: [nowhere]
            ---
            name: lost
            ---
            - kind: Service
            ---
            kind: Service
            name: catalog.shop
            override: true
            ---
            kind: MeshSettings
            name: mesh
            defaults: { hosts: [a] }
            ---
            kind: Service
            name: CATALOG
            """);

        BadDocumentsException bad = Assert.Throws<BadDocumentsException>(() => DocumentCheck.Check(set));

        Assert.False(bad.IsConflict);
        Assert.Equal(
            [
                "Service catalog.default, line 4, routes:0:timeout",
                "Service catalog.default, line 5, routes:1:timout",
                "document 2 (line 7), line 7, kind",
                "document 3 (line 9), line 9",
                "document 3 (line 9), line 10, namespace",
                "document 3 (line 9), line 11, endpoints:0",
                "document 4 (line 13), line 13",
                "document 5 (line 15), line 15",
                "document 6 (line 17), line 18, name",
                "document 6 (line 17), line 19, override",
                "MeshSettings mesh, line 22, name",
                "MeshSettings mesh, line 23, defaults:hosts",
                "Service CATALOG.default, line 25",
            ],
            bad.Faults.Select(fault => fault.ToString()[..fault.ToString().IndexOf(": ", StringComparison.Ordinal)]));
        Assert.Equal("'Servise' is not one of Service, MeshSettings, AuthorizationPolicy, PeerAuthentication. Did you mean 'Service'?", bad.Faults[2].Message);
        Assert.Equal("Something is missing: give Name.", bad.Faults[3].Message);
        Assert.Equal("Something is missing: give kind, one of Service, MeshSettings, AuthorizationPolicy, PeerAuthentication.", bad.Faults[6].Message);
        Assert.Contains("What comes after the dot is for 'namespace'.", bad.Faults[8].Message, StringComparison.Ordinal);
        Assert.Equal("The document is given already, at line 1. Give each one once.", bad.Faults[12].Message);
    }

    [Fact]
    public void A_stream_may_say_where_documents_end() =>
        Assert.Equal(2, Docs.Yaml("%YAML 1.2\n---\nkind: Service\nname: a\n...\n---\nkind: Service\nname: b\n...\n").Documents.Length);

    [Theory]
    [InlineData("localhost")]
    [InlineData("''")]
    [InlineData("1")]
    [InlineData("a b")]
    [InlineData("[a]")]
    [InlineData("{}")]
    [InlineData("~")]
    public void A_name_must_be_one_that_can_be_called(string name) =>
        Assert.NotEmpty(Docs.Yaml($"kind: Service\nname: {name}").Faults);

    [Theory]
    [InlineData("kind: Service\nname: a\n\troutes: []", 3)]
    [InlineData("kind: Service\n  name: a", 2)]
    [InlineData("kind: Service\nname: [a", 2)]
    [InlineData("kind: Service\nname: \"a", 2)]
    [InlineData("? [a]\n: b", 1)]
    public void What_is_not_yaml_is_a_fault_with_its_line(string yaml, int line)
    {
        MeshFault fault = Assert.Single(Docs.Yaml(yaml).Faults);

        Assert.StartsWith("This is not YAML.", fault.Message, StringComparison.Ordinal);
        Assert.Equal(line, fault.Line);
    }

    [Theory]
    [InlineData("subsets: &a { v1: { version: v1 } }", "3 subsets: Anchors are not supported. Leave the anchor out.")]
    [InlineData("subsets: *a", "3 subsets: Aliases are not supported. Write the settings out.")]
    [InlineData("subsets: !!map { v1: { version: v1 } }", "3 subsets: Tags are not supported. Leave the tag out.")]
    [InlineData("subsets:\n  <<: { v1: { version: v1 } }", "4 subsets:<<: Merge keys are not supported. Write the settings out.")]
    [InlineData("tls: {}\nTLS: {}", "4 tls: The key is given 2 times: 'tls', 'TLS'.")]
    [InlineData("&a tls: {}", "3 tls: Anchors are not supported. Leave the anchor out.")]
    public void What_json_does_not_have_is_a_fault(string setting, string fault) =>
        Assert.Equal([fault], Docs.Faults(Docs.Yaml($"kind: Service\nname: a\n{setting}")));

    [Fact]
    public void A_bomb_of_aliases_costs_nothing()
    {
        string bomb = string.Join('\n', Enumerable.Range(1, 40).Select(i => $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 9))}]"));

        DocumentSet set = Docs.Yaml($"kind: Service\nname: a\na0: &a0 x\n{bomb}");

        Assert.Equal(41, Docs.Faults(set).Length);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    public void Depth_has_a_limit(string open)
    {
        string deep = string.Concat(Enumerable.Repeat(open, 100_000));

        Assert.Contains("levels deep", Assert.Single(Docs.Yaml(deep).Faults).Message, StringComparison.Ordinal);
        Assert.Contains("This is not JSON", Assert.Single(Docs.Json(deep)!.Faults).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Length_has_a_limit()
    {
        string text = new(' ', (16 * 1024 * 1024) + 1);

        Assert.Contains("Split it", Assert.Single(Docs.Yaml(text).Faults).Message, StringComparison.Ordinal);
        Assert.Contains("Split it", Assert.Single(Docs.Json(text).Faults).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Long_names_around_many_values_have_a_limit()
    {
        string text = $"{{ \"{new string('k', 1_000_000)}\": [{string.Join(',', Enumerable.Repeat('1', 1000))}] }}";

        Assert.Contains("Split it", Assert.Single(Docs.Yaml(text.Replace("\"", "", StringComparison.Ordinal)).Faults).Message, StringComparison.Ordinal);
        Assert.Contains("Split it", Assert.Single(Docs.Json(text).Faults).Message, StringComparison.Ordinal);
    }
}
