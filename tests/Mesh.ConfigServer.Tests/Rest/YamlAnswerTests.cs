using Mesh.ConfigServer.Tests.Hosting;

namespace Mesh.ConfigServer.Tests.Rest;

public class YamlAnswerTests
{
    [Theory]
    [InlineData("application/yaml", true)]
    [InlineData("text/yaml", true)]
    [InlineData("application/json;q=0.5, application/yaml", true)]
    [InlineData("application/json, application/yaml;q=0.5", false)]
    [InlineData("*/*", false)]
    [InlineData("image/png", false)]
    [InlineData("application/yaml;q=0", false)]
    public async Task Documents_are_answered_as_asked_for(string accept, bool isYaml)
    {
        await using TestServer server = await TestServer.StartAsync();
        string eTag = (await server.Put("catalog")).ETag;
        foreach (string path in (string[])["/api/v1/services/default/catalog", "/api/v1/documents"])
        {
            Answer answer = (await server.Send("GET", path, null, ("Accept", accept))).IsOk();
            Assert.StartsWith(isYaml ? "application/yaml" : "application/json", answer.Headers["Content-Type"], StringComparison.Ordinal);
            Assert.Equal("Accept", answer.Headers["Vary"]);
            Assert.Equal(isYaml, answer.Text.StartsWith("kind: Service", StringComparison.Ordinal));
        }

        Answer yamlOne = await server.Send("GET", "/api/v1/services/default/catalog", null, ("Accept", "application/yaml"));
        Assert.NotEqual(eTag, yamlOne.ETag);
        Assert.Equal(304, (int)(await server.Send("GET", "/api/v1/services/default/catalog", null, ("Accept", "application/yaml"), ("If-None-Match", yamlOne.ETag))).Status);
        Assert.Equal(200, (int)(await server.Send("GET", "/api/v1/services/default/catalog", null, ("Accept", "application/yaml"), ("If-None-Match", eTag))).Status);
        foreach (string known in (string[])[eTag, yamlOne.ETag])
        {
            (await server.Send("PUT", "/api/v1/services/default/catalog", TestServer.Service("catalog"), ("If-Match", known))).IsOk();
        }

        // What was answered can be sent again, and is the same.
        string yaml = (await server.Send("GET", "/api/v1/documents", null, ("Accept", "application/yaml"))).Text;
        Answer again = (await server.Send("PUT", "/api/v1/services/default/catalog", yaml, ("Content-Type", "application/yaml"))).IsOk();
        Assert.Equal(eTag, again.ETag);
    }
}
