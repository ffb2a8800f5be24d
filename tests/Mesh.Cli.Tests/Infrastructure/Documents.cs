namespace Mesh.Cli.Tests.Infrastructure;

/// <summary>Documents that tests write.</summary>
internal static class Documents
{
    public const string Catalog = """
        kind: Service
        name: catalog
        endpoints:
          - address: 127.0.0.1:5001
            version: v1
          - address: 127.0.0.1:5002
            version: v2
        routes:
          - name: testers
            match:
              pathPrefix: /items
              headers:
                x-tester: "true"
            to:
              - subset: v2
          - name: all
            to:
              - subset: v1
                weight: 90
              - subset: v2
                weight: 10

        """;

    public const string Pricing = """
        kind: Service
        name: pricing
        namespace: shop
        endpoints: ["127.0.0.1:6001"]

        """;

    /// <summary>Its endpoints are for the clients to find.</summary>
    public const string Open = """
        kind: Service
        name: shop
        routes:
          - name: split
            to:
              - { subset: v1, weight: 90 }
              - { subset: v2, weight: 10 }

        """;

    /// <summary>Its third line is not a setting, its fourth has a bad value.</summary>
    public const string Bad = """
        kind: Service
        name: bad
        endpoint: []
        endpoints: ["no port"]

        """;
}
