using System.Net;
using System.Text.Json;
using Mesh.ConfigServer.Tests.Hosting;

namespace Mesh.ConfigServer.Tests.Access;

/// <summary>A server on loopback that asks for access tokens.</summary>
internal sealed class GuardedServer(TestServer server) : IAsyncDisposable
{
    public TestServer Server => server;

    public string Admin => server.Server.AdminToken!;

    public static async Task<GuardedServer> StartAsync(
        Action<MeshConfigServerOptions>? configure = null, TimeProvider? time = null, string? folder = null) => new(await TestServer.StartAsync(
            options =>
            {
                options.RequireAccessTokens = true;
                options.AdminTokenFile = "admin.token";
                configure?.Invoke(options);
            },
            time: time, folder: folder));

    /// <summary>The text of a token that the admin makes.</summary>
    public async Task<string> TokenAsync(string role, string? name = null, string? ttl = null, params string[] namespaces)
    {
        Dictionary<string, object> body = new() { ["role"] = role, ["name"] = name ?? $"{role}-{Guid.NewGuid():N}", ["ttl"] = ttl ?? "1h" };
        if (namespaces.Length > 0)
        {
            body["namespaces"] = namespaces;
        }

        Answer answer = await SendAs(Admin, "POST", "/api/v1/access", JsonSerializer.Serialize(body));
        Assert.True(answer.Status is HttpStatusCode.Created, answer.Text);
        return answer.Json.GetProperty("text").GetString()!;
    }

    public Task<Answer> SendAs(string token, string method, string path, string? body = null, params (string Name, string Value)[] headers) =>
        server.Send(method, path, body, [.. headers, ("Authorization", $"Bearer {token}")]);

    public static string Service(string name, string space, string more = "") =>
        $$"""{"kind":"Service","name":"{{name}}","namespace":"{{space}}","endpoints":["127.0.0.1:5001"]{{more}}}""";

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
