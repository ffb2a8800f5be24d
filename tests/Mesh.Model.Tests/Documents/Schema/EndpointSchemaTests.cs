using Mesh.Model.Documents;

namespace Mesh.Model.Tests.Documents;

public sealed class EndpointSchemaTests
{
    [Fact]
    public void Endpoints_are_texts_or_objects()
    {
        MeshService catalog = Read("""[ "127.0.0.1:5001", { "Address": "[::1]:5001", "Version": "v2", "Weight": 2 } ]""");

        Assert.Equal(
            [
                new MeshEndpoint { Host = "127.0.0.1", Port = 5001 },
                new MeshEndpoint { Host = "::1", Port = 5001, Version = "v2", Weight = 2 },
            ],
            catalog.Endpoints);
    }

    [Fact]
    public void A_label_that_is_a_JSON_boolean_is_that_word()
    {
        MeshService catalog = Doc.Good("""
            { "Services": { "catalog": {
              "Endpoints": [ { "Address": "a:1", "Labels": { "gpu": true, "spot": "false" } } ],
              "Subsets": { "g": { "Labels": { "gpu": "true", "spot": false } } } } } }
            """).Services[0];

        Assert.True(catalog.Subsets["g"].Contains(catalog.Endpoints!.Value[0]));
    }

    [Fact]
    public void Endpoints_keyed_by_name_go_by_name()
    {
        MeshService catalog = Read("""{ "b": "127.0.0.1:2", "A": { "Address": "127.0.0.1:1" } }""");

        Assert.Equal([1, 2], catalog.Endpoints!.Value.Select(endpoint => endpoint.Port));
    }

    [Fact]
    public void No_endpoints_given_leaves_the_question_to_others_and_an_empty_list_answers_it()
    {
        Assert.Null(Doc.Good("""{ "Services": { "catalog": {} } }""").Services[0].Endpoints);
        Assert.Empty(Read("[]").Endpoints!.Value);
    }

    [Theory]
    [InlineData("""[ "a:1", "A:1" ]""", "Mesh:Services:catalog:Endpoints:1: 'A:1' is listed already, at Mesh:Services:catalog:Endpoints:0.")]
    [InlineData("""[ "dns:///a:1", "DNS:///A:1" ]""", "Mesh:Services:catalog:Endpoints:1: 'dns:///A:1' is listed already, at Mesh:Services:catalog:Endpoints:0.")]
    [InlineData("""[ "http://a:1", "https://a:1" ]""", "Mesh:Services:catalog:Endpoints:1: 'a:1' is listed already, at Mesh:Services:catalog:Endpoints:0.")]
    [InlineData("""[ "[::1]:1", "[0:0::1]:1" ]""", "Mesh:Services:catalog:Endpoints:1: '[::1]:1' is listed already, at Mesh:Services:catalog:Endpoints:0.")]
    [InlineData("""{ "x": "a:1", "y": { "Address": "a:1" } }""", "Mesh:Services:catalog:Endpoints:y: 'a:1' is listed already, at Mesh:Services:catalog:Endpoints:x.")]
    public void An_address_is_listed_once(string endpoints, string expected) =>
        Assert.Equal(expected, Doc.Fault(Doc.Nest("Services:catalog:Endpoints", endpoints)).ToString());

    [Fact]
    public void The_other_keys_of_a_dns_name_stay_with_it() => Assert.Equal(
        [
            new MeshEndpoint { Host = "a", Port = 1 },
            new MeshEndpoint { Host = "a", Port = 1, Lookup = EndpointLookup.Addresses, Version = "v2", Weight = 3 },
        ],
        Read("""[ "a:1", { "Address": "dns:///a:1", "Version": "v2", "Weight": 3 } ]""").Endpoints!.Value);

    [Fact]
    public void Bad_endpoints_are_not_each_others_duplicates()
    {
        DocumentResult<MeshSettings> result = Doc.Read(Doc.Nest("Services:catalog:Endpoints", """[ "a", "b", { "Version": "v1" } ]"""));

        Assert.Equal(3, result.Faults.Length);
        Assert.DoesNotContain(result.Faults, fault => fault.Message.Contains("listed already", StringComparison.Ordinal));
    }

    private static MeshService Read(string endpoints) => Doc.Good(Doc.Nest("Services:catalog:Endpoints", endpoints)).Services[0];
}
