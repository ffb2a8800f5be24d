using System.Net;
using System.Text.Json;
using Mesh.ConfigServer.Tests.Hosting;

namespace Mesh.ConfigServer.Tests.Rest;

public class ExplainTests
{
    private const string Catalog = """
        {"kind":"Service","name":"catalog","hosts":["shop.internal:8080"],
         "endpoints":["127.0.0.1:5001",{"address":"127.0.0.1:5002","version":"v2"}],"subsets":{"canary":{"version":"v2"}},
         "routes":[
           {"name":"testers","match":{"headers":{"x-tester":"true"},"source":{"service":"web"}},"to":[{"subset":"canary"}]},
           {"name":"rest"}]}
        """;

    [Theory]
    [InlineData("http://catalog/items")]
    [InlineData("http://Catalog.Default/items?q=1")]
    [InlineData("http://shop.internal:8080/items")]
    public async Task A_request_is_explained_by_any_name_of_its_service(string url)
    {
        await using TestServer server = await Start();
        JsonElement explained = (await server.Send("POST", "/api/v1/explain", $$"""{"url":"{{url}}"}""")).IsOk().Json;
        JsonElement[] routes = [.. explained.GetProperty("routes").EnumerateArray()];
        Assert.Equal([("testers", 0.0), ("rest", 1.0)], routes.Select(route => (route.GetProperty("name").GetString(), route.GetProperty("odds").GetDouble())));
        Assert.Equal(2, explained.GetProperty("endpoints").GetArrayLength());
    }

    [Fact]
    public async Task The_caller_and_its_headers_count()
    {
        await using TestServer server = await Start();
        JsonElement explained = (await server.Send("POST", "/api/v1/explain",
            """{"method":"GET","url":"http://catalog/","headers":{"X-Tester":"true"},"from":{"service":"web","namespace":"default","labels":{"a":"b"}}}""")).IsOk().Json;
        Assert.Equal(1, explained.GetProperty("routes")[0].GetProperty("odds").GetDouble());
        Assert.Equal(
            "127.0.0.1:5002",
            Assert.Single(explained.GetProperty("endpoints").EnumerateArray(), one => one.GetProperty("odds").GetDouble() > 0).GetProperty("address").GetString());
    }

    [Fact]
    public async Task What_is_unknown_or_not_understood_is_a_problem()
    {
        await using TestServer server = await Start();
        (await server.Send("POST", "/api/v1/explain", """{"url":"http://nobody/"}""")).IsProblem(HttpStatusCode.NotFound, "'nobody'");
        (await server.Send("POST", "/api/v1/explain", """{"url":"http://catalog/","from":{"service":"web","namespace":"shop"}}""")).IsProblem(HttpStatusCode.NotFound, "shop");
        foreach (string bad in (string[])["/items", "ftp://catalog/", "http://", ""])
        {
            (await server.Send("POST", "/api/v1/explain", JsonSerializer.Serialize(new { url = bad }))).IsProblem(HttpStatusCode.BadRequest, "absolute");
        }

        (await server.Send("POST", "/api/v1/explain", """{"url":"http://catalog/","from":{"servce":"web"}}"""))
            .IsProblem(HttpStatusCode.BadRequest, "'from.servce' is not known in the body. Did you mean 'service'?");
        (await server.Send("POST", "/api/v1/explain", """{"url":"http://catalog/","headers":{"a":1}}"""))
            .IsProblem(HttpStatusCode.BadRequest, "'headers.a' must be a text.");
        (await server.Send("POST", "/api/v1/explain", """{"url":null}""")).IsProblem(HttpStatusCode.BadRequest, "url");
        (await server.Send("POST", "/api/v1/explain", """{"uri":"http://catalog/"}""")).IsProblem(HttpStatusCode.BadRequest, "uri");
    }

    private static async Task<TestServer> Start()
    {
        TestServer server = await TestServer.StartAsync();
        Assert.Equal(HttpStatusCode.Created, (await server.Send("PUT", "/api/v1/services/default/catalog", Catalog)).Status);
        return server;
    }
}
