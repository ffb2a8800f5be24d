using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Mesh.Cli.Tests.Infrastructure;

namespace Mesh.Cli.Tests.Commands;

/// <summary>Access tokens, from the making of one to what becomes of it, and the audit.</summary>
public sealed class AccessTests
{
    [Fact]
    public async Task A_token_is_made_used_listed_and_revoked()
    {
        await using TestServer server = await GuardedAsync();
        ToolRun created = await AsAdmin(server, "access", "create", "--role", "editor", "--namespace", "shop", "--name", "ci", "--ttl", "7d");
        Assert.Equal(0, created.ExitCode);
        string token = Assert.Single(created.Shown, line => line.Length > 0);
        Assert.Matches("^access[.][a-z2-7]{12}[.][A-Za-z0-9_-]{43}$", token);
        Assert.Contains("'ci': editor in shop until", created.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(token.Split('.')[2], created.Error, StringComparison.Ordinal);

        ToolRun applied = await Run.Tool(["apply", "-f", "-"], "kind: Service\nname: a\nnamespace: shop\nendpoints: [\"127.0.0.1:1\"]\n", server.Url, token: token);
        Assert.True(applied.ExitCode == 0, applied.Error);
        ToolRun outside = await Run.Tool(["apply", "-f", "-"], "kind: Service\nname: b\nendpoints: [\"127.0.0.1:1\"]\n", server.Url, token: token);
        Assert.Equal(1, outside.ExitCode);
        Assert.Contains("may write in 'shop' alone. Nothing was changed.", outside.Error, StringComparison.Ordinal);
        ToolRun low = await Run.Tool(["access", "list"], server: server.Url, token: token);
        Assert.Equal((1, "This takes the role admin, and the access token 'ci' has the role editor.\n"), (low.ExitCode, low.Error));

        ToolRun list = await AsAdmin(server, "access", "list");
        Assert.Contains(list.Shown, line => line.Contains(token.Split('.')[1] + "  ci", StringComparison.Ordinal) && line.Contains("shop", StringComparison.Ordinal));
        Assert.DoesNotContain(token.Split('.')[2], list.Out, StringComparison.Ordinal);
        ToolRun revoked = await AsAdmin(server, "access", "revoke", token.Split('.')[1]);
        Assert.Equal($"Access token {token.Split('.')[1]} (ci) is revoked.", revoked.Out.Trim());
        ToolRun refused = await Run.Tool(["get", "services"], server: server.Url, token: token);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("was revoked at", refused.Error, StringComparison.Ordinal);

        JsonNode[] records = [.. (await AsAdmin(server, "audit", "--by", "ci", "-o", "json")).Json().AsArray().OfType<JsonNode>()];
        Assert.Equal(["POST /api/v1/apply", "apply"], records.Where(record => (string?)record["kind"] == "documents").Select(record => (string?)record["action"]));
        ToolRun table = await AsAdmin(server, "audit", "--since", "1h", "--kind", "documents");
        Assert.Contains(table.Shown, line => line.Contains("Service a.shop", StringComparison.Ordinal));
        Assert.Equal("[]", (await AsAdmin(server, "audit", "--since", "2999-01-01", "-o", "json")).Out.Trim());
    }

    [Fact]
    public async Task Without_a_token_it_says_where_one_is_given()
    {
        await using TestServer server = await GuardedAsync();
        ToolRun run = await server.RunAsync("get", "services");
        Assert.Equal((1, ""), (run.ExitCode, run.Out));
        Assert.Contains("An access token is needed", run.Error, StringComparison.Ordinal);
        Assert.Contains("--token-file or MESH_TOKEN", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_comes_from_a_file_which_goes_before_the_variable()
    {
        await using TestServer server = await GuardedAsync();
        string file = Path.Combine(server.Folder, "token");
        await File.WriteAllTextAsync(file, server.AdminToken + "\nmore\n", TestContext.Current.CancellationToken);
        Assert.Equal(0, (await Run.Tool(["access", "list", "--token-file", file], server: server.Url, token: "wrong")).ExitCode);
        ToolRun wrong = await Run.Tool(["access", "list"], server: server.Url, token: "wrong");
        Assert.Contains("The access token is not known here.", wrong.Error, StringComparison.Ordinal);

        await File.WriteAllTextAsync(file, "a secret with spaces\n", TestContext.Current.CancellationToken);
        ToolRun bad = await Run.Tool(["access", "list", "--token-file", file], server: server.Url);
        Assert.Equal(2, bad.ExitCode);
        Assert.DoesNotContain("secret", bad.Error, StringComparison.Ordinal);
        Assert.Equal(2, (await Run.Tool(["access", "list", "--token-file", file + "x"], server: server.Url)).ExitCode);
        Assert.Equal(2, (await Run.Tool(["access", "list", "--token", server.AdminToken!], server: server.Url)).ExitCode);
    }

    [Theory]
    [InlineData("http://192.0.2.1:1", false, true)]
    [InlineData("http://mesh.example:1", false, true)]
    [InlineData("http://localhost.example:1", false, true)]
    [InlineData("http://127.0.0.1:1", false, false)]
    [InlineData("http://localhost:1", false, false)]
    [InlineData("http://[::1]:1", false, false)]
    [InlineData("https://127.0.0.1:1", false, false)]
    [InlineData("http://mesh.invalid:1", true, false)]
    public async Task A_token_does_not_go_to_another_machine_in_plain_http(string url, bool isInsecure, bool isRefused)
    {
        ToolRun run = await Run.Tool(isInsecure ? ["history", "--insecure"] : ["history"], server: url, token: "access.x.topsecret");
        Assert.Equal(isRefused ? 2 : 3, run.ExitCode);
        Assert.Equal(isRefused, run.Error.Contains("in plain HTTP, where whoever listens has it", StringComparison.Ordinal));
        Assert.DoesNotContain("topsecret", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_tls_it_asks_whether_it_is_the_right_server()
    {
        await using TestServer server = await TestServer.StartAsync((options, folder) =>
        {
            using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            CertificateRequest request = new("CN=mesh", key, HashAlgorithmName.SHA256);
            SubjectAlternativeNameBuilder names = new();
            names.AddIpAddress(IPAddress.Loopback);
            request.CertificateExtensions.Add(names.Build());
            using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddHours(1));
            options.HttpTlsKey = folder.At("key.pem");
            options.HttpTlsCertificate = folder.At("cert.pem");
            File.WriteAllText(options.HttpTlsKey, key.ExportPkcs8PrivateKeyPem());
            File.WriteAllText(options.HttpTlsCertificate, certificate.ExportCertificatePem());
        });
        string url = server.Url.Replace("http://", "https://", StringComparison.Ordinal);
        string roots = Path.Combine(server.Folder, "cert.pem");
        Assert.Equal(0, (await Run.Tool(["history", "--server-ca", roots], server: url)).ExitCode);
        ToolRun strange = await Run.Tool(["history"], server: url);
        Assert.Equal(3, strange.ExitCode);
        Assert.Contains("does not prove by TLS", strange.Error, StringComparison.Ordinal);

        // The name is asked for, too.
        Assert.Equal(3, (await Run.Tool(["history", "--server-ca", roots], server: url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal))).ExitCode);
        Assert.Equal(2, (await Run.Tool(["history", "--server-ca", Path.Combine(server.Folder, "key.pem")], server: url)).ExitCode);
    }

    private static Task<TestServer> GuardedAsync() => TestServer.StartAsync((options, _) => options.RequireAccessTokens = true);

    private static Task<ToolRun> AsAdmin(TestServer server, params string[] args) => Run.Tool(args, server: server.Url, token: server.AdminToken);
}
