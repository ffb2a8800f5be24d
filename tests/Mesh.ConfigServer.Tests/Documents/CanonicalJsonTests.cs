using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.Tests.Infrastructure;

namespace Mesh.ConfigServer.Tests.Documents;

public sealed class CanonicalJsonTests
{
    private const string Catalog = """
        {"kind":"Service","name":"catalog","namespace":"default","endpoints":[{"address":"a:1","version":"1.10","labels":{"b":"yes","Track":"1e3"},"weight":2}],"routes":[{"match":{"headers":{"x-a":"true","x-b":true,"x-c":{}}},"to":[{"subset":"v1","weight":10}],"timeout":"2s"},{"mirror":[{"service":"b","percent":12.50}]}],"loadBalancing":{"policy":"RoundRobin"}}
        """;

    [Theory]
    [InlineData("""
        kind: Service
        name: catalog
        endpoints:
          - address: a:1
            version: 1.10
            labels: { b: yes, Track: 1e3 }
            weight: 2
        routes:
          - match: { headers: { x-a: 'true', x-b: true, x-c: {} } }
            to: [{ subset: v1, weight: 10 }]
            timeout: 2s
          - mirror: [{ service: b, percent: 12.50 }]
        loadBalancing: { policy: RoundRobin }
        """)]
    [InlineData("""
        { "LoadBalancing": { "Policy": "roundrobin" }, "Hosts": null, "NAMESPACE": "default", // why not
          "ROUTES": [ { "timeout": "2s", "To": [ { "Weight": "10", "SUBSET": "v1" } ], "match": { "Headers": { "x-c": null, "x-b": true, "x-a": "true" } } },
            { "Mirror": [ { "Percent": 12.50, "Service": "b" } ] } ],
          "endpoints": [ { "weight": 2, "labels": { "Track": 1e3, "b": "yes" }, "version": 1.10, "address": "a:1", }, ],
          "Name": "catalog", "kind": "service" }
        """)]
    public void What_means_the_same_is_the_same_text(string text)
    {
        DocumentSet set = text[0] == '{' ? Docs.Json(text) : Docs.Yaml(text);

        ReadDocument document = Assert.Single(set.Documents);
        Assert.Equal(Catalog, document.Document.Json);
        Assert.Equal(64, document.Document.Hash.Length);
        Assert.Equal(document.Document.Hash[..16], document.Document.ETag);
    }

    [Theory]
    [InlineData(Catalog)]
    [InlineData("""{"kind":"MeshSettings","defaults":{"retryBudget":{"percent":30}}}""")]
    [InlineData("""{"kind":"MeshSettings"}""")]
    [InlineData("""{"kind":"Service","name":"a","namespace":"b","routes":[{"name":"ä","directResponse":{"statusCode":200,"body":"<\\u0001\\n"}}]}""")]
    public void The_text_is_a_fixed_point(string json)
    {
        Assert.Equal(json, Docs.Canonical(json));
        Assert.Equal(json, Docs.Json(json).Documents.SingleOrDefault()?.Document.Json ?? json);
    }

    [Fact]
    public void Yaml_for_people_reads_well_and_back()
    {
        MeshDocument[] documents =
        [
            Docs.Yaml(Catalog).Documents[0].Document,
            Docs.Yaml("""{ "kind": "Service", "name": "b", "routes": [ { "directResponse": { "statusCode": 503, "body": "1: {a}\n # b " } } ], "hosts": [] }""").Documents[0].Document,
        ];

        string yaml = DocumentWriter.ToYaml(documents);

        Assert.Equal(documents, Docs.Yaml(yaml).Documents.Select(document => document.Document));
        Assert.Equal(
            """
            kind: Service
            name: catalog
            namespace: default
            endpoints:
              - address: a:1
                version: "1.10"
                labels:
                  b: "yes"
                  Track: "1e3"
                weight: 2
            routes:
              - match:
                  headers:
                    x-a: "true"
                    x-b: true
                    x-c: {}
                to:
                  - subset: v1
                    weight: 10
                timeout: 2s
              - mirror:
                  - service: b
                    percent: 12.50
            loadBalancing:
              policy: RoundRobin
            ---
            kind: Service
            name: b
            namespace: default
            hosts: []
            routes:
              - directResponse:
                  statusCode: 503
                  body: "1: {a}\n # b "

            """.ReplaceLineEndings("\n"), yaml);
    }
}
