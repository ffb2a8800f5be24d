using System.Text.Json;
using Mesh.ConfigServer.Tests.Hosting;

namespace Mesh.ConfigServer.Tests.Rest;

public class OpenApiTests
{
    private static readonly string[] s_all =
    [
        "get /api/v1/backup", "get /api/v1/clients", "get /api/v1/documents", "get /api/v1/endpoints", "get /api/v1/generations", "get /api/v1/generations/{generation}",
        "get /api/v1/mesh-settings", "get /api/v1/services", "get /api/v1/services/{namespace}/{name}", "get /api/v1/status", "get /healthz", "get /metrics", "get /readyz",
        "delete /api/v1/mesh-settings", "delete /api/v1/services/{namespace}/{name}", "post /api/v1/apply", "post /api/v1/explain",
        .. ((string[])["authorization-policies", "peer-authentications"]).SelectMany(
            place => ((string[])["get", "put", "delete"]).Select(method => $"{method} /api/v1/{place}/{{namespace}}/{{name}}")),
        "get /api/v1/ca", "get /api/v1/tokens", "post /api/v1/tokens", "delete /api/v1/tokens/{id}",
        "post /api/v1/restore", "post /api/v1/rollback", "post /api/v1/validate", "put /api/v1/mesh-settings", "put /api/v1/services/{namespace}/{name}",
    ];

    [Fact]
    public async Task All_routes_are_described()
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonElement api = (await server.Send("GET", "/openapi/v1.json")).IsOk().Json;
        (string Name, JsonElement Value)[] operations =
        [
            .. api.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()
                .Select(operation => ($"{operation.Name} {path.Name}", operation.Value))),
        ];
        Assert.Equal(s_all.Order(StringComparer.Ordinal), operations.Select(operation => operation.Name).Order(StringComparer.Ordinal));
        Assert.All(operations, operation => Assert.NotEmpty(operation.Value.GetProperty("summary").GetString()!));
        Assert.All(operations, operation => Assert.NotEmpty(operation.Value.GetProperty("operationId").GetString()!));
        Assert.All(operations, operation => Assert.True(
            operation.Value.GetProperty("responses").GetProperty("421").GetProperty("content").TryGetProperty("application/problem+json", out _)));
    }

    [Fact]
    public async Task Bodies_headers_and_schemas_are_described()
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonElement api = (await server.Send("GET", "/openapi/v1.json")).IsOk().Json;
        JsonElement put = api.GetProperty("paths").GetProperty("/api/v1/services/{namespace}/{name}").GetProperty("put");
        Assert.Equal(
            ["application/json", "application/yaml", "text/yaml", "application/x-yaml"],
            put.GetProperty("requestBody").GetProperty("content").EnumerateObject().Select(content => content.Name));
        Assert.Equal(
            ["namespace", "name", "dryRun", "Mesh-Author", "Mesh-Message", "If-Match", "If-None-Match"],
            put.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString()));
        Assert.Equal(["200", "201", "400", "405", "409", "412", "413", "415", "421", "503"], put.GetProperty("responses").EnumerateObject().Select(one => one.Name).Order());

        JsonElement schemas = api.GetProperty("components").GetProperty("schemas");
        foreach (string name in (string[])["Problem", "WriteAnswer", "DocumentList", "GenerationDetails", "ClientList", "RequestExplanation", "MeshDocument"])
        {
            Assert.True(schemas.TryGetProperty(name, out JsonElement schema), name);
            Assert.NotEmpty(schema.GetProperty("properties").EnumerateObject());
        }

        Assert.Equal("integer", schemas.GetProperty("Problem").GetProperty("properties").GetProperty("status").GetProperty("type").GetString());
        Assert.Equal(["server", "documents", "history", "clients", "identity"], api.GetProperty("tags").EnumerateArray().Select(tag => tag.GetProperty("name").GetString()));
        Assert.Contains("faults", schemas.GetProperty("Problem").GetProperty("properties").EnumerateObject().Select(property => property.Name));
    }
}
