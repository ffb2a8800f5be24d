using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Mesh.ConfigServer.Tests.Certificates;
using Mesh.ConfigServer.Tests.Hosting;
using Mesh.Model.Identity;

namespace Mesh.ConfigServer.Tests.Rest;

public class IdentityTests
{
    private const string Web = """{"service":"Web","namespace":"Shop","labels":{"tier":"1"},"ranges":["127.0.0.0/8"],"uses":2,"ttl":"30m"}""";

    [Fact]
    public async Task A_token_is_made_told_once_used_listed_and_revoked()
    {
        await using TestServer server = await TestServer.StartAsync(options => options.XdsTls = "127.0.0.1:0", isDevelopment: false);
        Answer created = await server.Send("POST", "/api/v1/tokens", Web, ("Mesh-Author", "ann"));
        Assert.True(created.Status is HttpStatusCode.Created, created.Text);
        Assert.Equal("no-store", created.Headers["Cache-Control"]);
        string text = created.Json.GetProperty("text").GetString()!;
        JsonElement token = created.Json.GetProperty("token");
        string id = token.GetProperty("id").GetString()!;
        Assert.Equal(
            """{"state":"active","service":"web","namespace":"shop","labels":{"tier":"1"},"ranges":["127.0.0.0/8"],"uses":2,"used":0,"createdBy":"ann"}""",
            Part(token, "state", "service", "namespace", "labels", "ranges", "uses", "used", "createdBy"));
        Assert.Equal(TimeSpan.FromMinutes(30), token.GetProperty("expiresAt").GetDateTimeOffset() - token.GetProperty("createdAt").GetDateTimeOffset());

        using MeshPeer peer = new(server.Server.Addresses.XdsTls!, await MeshPeer.FetchBundleAsync($"https://{server.Server.Addresses.XdsTls}"));
        X509Certificate2[] chain = await peer.EnrollAsync(text[..text.LastIndexOf('.')]);
        Assert.Equal([$"spiffe://{peer.Bundle.TrustDomain}/ns/shop/sa/web"], PeerCertificate.UrisOf(chain[0]));

        Answer list = (await server.Send("GET", "/api/v1/tokens")).IsOk();
        Assert.Equal("""{"used":1,"revokedAt":null}""", Part(list.Json.GetProperty("tokens")[0], "used", "revokedAt"));
        Assert.DoesNotContain(text.Split('.')[1], list.Text, StringComparison.Ordinal);
        Assert.Equal("revoked", (await server.Send("DELETE", $"/api/v1/tokens/{id}")).IsOk().Json.GetProperty("state").GetString());
        await Assert.ThrowsAsync<Grpc.Core.RpcException>(() => peer.EnrollAsync());
        Assert.All(server.Log.GetSnapshot(), line => Assert.DoesNotContain(text.Split('.')[1], line.Message, StringComparison.Ordinal));
        (await server.Send("DELETE", "/api/v1/tokens/aaaaaaaaaaaa")).IsProblem(HttpStatusCode.NotFound, "There is no token 'aaaaaaaaaaaa'");
    }

    [Theory]
    [InlineData("""{}""", "service")]
    [InlineData("""{"service":"a.b"}""", "its namespace is given apart")]
    [InlineData("""{"service":"10.0.0.1"}""", "service: ")]
    [InlineData("""{"service":"web","namespace":"Mesh-System"}""", "is the mesh's own")]
    [InlineData("""{"service":"web","namespace":"a/b"}""", "namespace: ")]
    [InlineData("""{"service":"web","uses":0}""", "uses is 0")]
    [InlineData("""{"service":"web","uses":2,"reusable":true}""", "exclude each other")]
    [InlineData("""{"service":"web","maxInstances":-1}""", "maxInstances is -1")]
    [InlineData("""{"service":"web","ratePerMinute":0}""", "ratePerMinute is 0")]
    [InlineData("""{"service":"web","ttl":"10s"}""", "ttl: ")]
    [InlineData("""{"service":"web","ranges":["10.0.0.0"]}""", "ranges: '10.0.0.0' is no range")]
    [InlineData("""{"service":"web","secret":"x"}""", "secret")]
    public async Task A_token_that_cannot_be_is_refused(string body, string expected)
    {
        await using TestServer server = await TestServer.StartAsync();
        (await server.Send("POST", "/api/v1/tokens", body)).IsProblem(HttpStatusCode.BadRequest, expected);
        Assert.Empty((await server.Send("GET", "/api/v1/tokens")).IsOk().Json.GetProperty("tokens").EnumerateArray());
    }

    [Fact]
    public async Task A_token_grants_one_use_for_an_hour_unless_told_otherwise()
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonElement usual = (await server.Send("POST", "/api/v1/tokens", """{"service":"web"}""")).Json.GetProperty("token");
        Assert.Equal("""{"namespace":"default","labels":{},"ranges":[],"uses":1,"maxInstances":null}""", Part(usual, "namespace", "labels", "ranges", "uses", "maxInstances"));
        Assert.Equal(TimeSpan.FromHours(1), usual.GetProperty("expiresAt").GetDateTimeOffset() - usual.GetProperty("createdAt").GetDateTimeOffset());
        JsonElement reusable = (await server.Send("POST", "/api/v1/tokens", """{"service":"web","reusable":true}""")).Json.GetProperty("token");
        Assert.Equal("""{"uses":null}""", Part(reusable, "uses"));
    }

    [Fact]
    public async Task The_authority_is_shown_without_keys()
    {
        await using TestServer server = await TestServer.StartAsync();
        Answer answer = (await server.Send("GET", "/api/v1/ca")).IsOk();
        using X509Certificate2 root = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(Path.Combine(server.Folder, "data/ca/root.pem"), TestContext.Current.CancellationToken));
        JsonElement shown = Assert.Single(answer.Json.GetProperty("roots").EnumerateArray());
        Assert.Equal(root.ExportCertificatePem() + "\n", shown.GetProperty("pem").GetString());
        Assert.Equal(
            System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(root.PublicKey.ExportSubjectPublicKeyInfo())), shown.GetProperty("keyHash").GetString());
        Assert.StartsWith("mesh-", answer.Json.GetProperty("trustDomain").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nobody_joins_there_is_no_authority()
    {
        await using TestServer server = await TestServer.StartAsync(isDevelopment: false);
        foreach ((string method, string path) in ((string, string)[])[("GET", "ca"), ("GET", "tokens"), ("DELETE", "tokens/a")])
        {
            (await server.Send(method, $"/api/v1/{path}")).IsProblem(HttpStatusCode.NotFound, "issues no certificates");
        }

        Assert.False(Directory.Exists(Path.Combine(server.Folder, "data/ca")));
    }

    // Some of its properties.
    private static string Part(JsonElement element, params string[] names) =>
        $"{{{string.Join(',', names.Select(name => $"\"{name}\":{element.GetProperty(name).GetRawText()}"))}}}";
}
