using System.Text.Json.Nodes;
using Mesh.Cli.Tests.Infrastructure;

namespace Mesh.Cli.Tests.Commands;

/// <summary>Tokens, and the authority.</summary>
public sealed class IdentityTests
{
    [Fact]
    public async Task A_token_is_printed_alone_then_listed_without_its_secret_and_revoked()
    {
        await using TestServer server = await TestServer.StartAsync();
        ToolRun created = await server.RunAsync(
            "token", "create", "--service", "web", "--namespace", "shop", "--ttl", "30m", "--uses", "2", "--range", "10.0.0.0/8", "--range", "127.0.0.0/8", "--label", "tier=a=b");
        Assert.Equal(0, created.ExitCode);
        string token = Assert.Single(created.Shown, line => line.Length > 0);
        Assert.Matches("^[a-z2-7]{12}[.][A-Za-z0-9_-]{43}[.][A-Za-z0-9_-]{43}$", token);
        Assert.Contains("2 may join as web.shop until", created.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(token.Split('.')[1], created.Error, StringComparison.Ordinal);
        string id = token.Split('.')[0];

        ToolRun list = await server.RunAsync("token", "list");
        Assert.Equal(["ID", "SERVICE", "NAMESPACE", "STATE", "USED", "EXPIRES", "RANGES", "CREATED"], Words(list.Shown[0])[..8]);
        Assert.Equal([id, "web", "shop", "active", "0/2"], Words(list.Shown[1])[..5]);
        Assert.Contains("10.0.0.0/8 127.0.0.0/8", list.Out, StringComparison.Ordinal);
        Assert.DoesNotContain(token.Split('.')[1], list.Out, StringComparison.Ordinal);
        JsonNode listed = Assert.Single((await server.RunAsync("token", "list", "-o", "json")).Json().AsArray())!;
        Assert.Equal("a=b", (string?)listed["labels"]!["tier"]);

        ToolRun revoked = await server.RunAsync("token", "revoke", id);
        Assert.Equal(0, revoked.ExitCode);
        Assert.StartsWith($"Token {id} of web.shop is revoked.", revoked.Out, StringComparison.Ordinal);
        Assert.Equal("revoked", (string?)(await server.RunAsync("token", "list", "-o", "json")).Json()[0]!["state"]);
    }

    [Fact]
    public async Task A_token_for_scripts_has_its_text_and_nothing_is_said_beside()
    {
        await using TestServer server = await TestServer.StartAsync();
        ToolRun created = await server.RunAsync("token", "create", "--service", "web", "--reusable", "--max-instances", "3", "--rate", "10", "-o", "json");
        Assert.Equal((0, ""), (created.ExitCode, created.Error));
        JsonNode json = created.Json();
        Assert.StartsWith((string)json["token"]!["id"]! + ".", (string)json["text"]!, StringComparison.Ordinal);
        Assert.Null(json["token"]!["uses"]);
        Assert.Equal((3, 10), ((int)json["token"]!["maxInstances"]!, (int)json["token"]!["ratePerMinute"]!));
    }

    [Theory]
    [InlineData(2, "--uses and --reusable exclude each other.", "create", "--service", "web", "--uses", "1", "--reusable")]
    [InlineData(2, "--uses is '0': it takes a whole number from 1 on.", "create", "--service", "web", "--uses", "0")]
    [InlineData(2, "--label is 'x': it takes KEY=VALUE.", "create", "--service", "web", "--label", "x")]
    [InlineData(2, "--label gives 'a' more than once.", "create", "--service", "web", "--label", "a=1", "--label", "a=2")]
    [InlineData(2, "--service", "create")]
    [InlineData(1, "ranges: 'x' is no range", "create", "--service", "web", "--range", "x")]
    [InlineData(1, "is the mesh's own", "create", "--service", "web", "--namespace", "mesh-system")]
    [InlineData(4, "There is no token 'nobody'", "revoke", "nobody")]
    public async Task What_cannot_be_is_told(int exitCode, string expected, params string[] verb)
    {
        await using TestServer server = await TestServer.StartAsync();
        ToolRun run = await server.RunAsync(["token", .. verb]);
        Assert.Equal((exitCode, ""), (run.ExitCode, run.Out));
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task There_are_no_tokens_at_first()
    {
        await using TestServer server = await TestServer.StartAsync();
        Assert.Equal("There are no tokens. `mesh token create` makes one.", (await server.RunAsync("token", "list")).Out.Trim());
        Assert.Equal("[]", (await server.RunAsync("token", "list", "-o", "json")).Out.Trim());
    }

    [Fact]
    public async Task The_authority_is_shown_and_its_roots_exported()
    {
        await using TestServer server = await TestServer.StartAsync();
        string root = await File.ReadAllTextAsync(Path.Combine(server.Folder, "data", "ca", "root.pem"), TestContext.Current.CancellationToken);
        ToolRun shown = await server.RunAsync("ca", "show");
        Assert.StartsWith("Trust domain  mesh-", shown.Out, StringComparison.Ordinal);
        Assert.Contains("root    CN=Mesh.Client root ", shown.Out, StringComparison.Ordinal);
        Assert.Contains("issuer  CN=Mesh.Client issuer ", shown.Out, StringComparison.Ordinal);
        string hash = (string)(await server.RunAsync("ca", "show", "-o", "json")).Json()["roots"]![0]!["keyHash"]!;
        Assert.EndsWith(hash, (await server.RunAsync("token", "create", "--service", "web")).Out.Trim(), StringComparison.Ordinal);

        Assert.Equal(root, (await server.RunAsync("ca", "export")).Out);
        string file = Path.Combine(server.Folder, "roots.pem");
        Assert.Equal(0, (await server.RunAsync("ca", "export", file)).ExitCode);
        Assert.Equal(root, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal(1, (await server.RunAsync("ca", "export", server.Folder)).ExitCode);
    }

    [Fact]
    public async Task A_service_is_taken_back_with_its_tokens()
    {
        await using TestServer server = await TestServer.StartAsync();
        string id = (await server.RunAsync("token", "create", "--service", "web")).Out.Split('.')[0];
        Assert.Contains("Nobody has a certificate in force", (await server.RunAsync("identity", "list")).Out, StringComparison.Ordinal);
        ToolRun revoked = await server.RunAsync("identity", "revoke", "default/web", "--reason", "stolen");
        Assert.Equal("Taken back from web.default: processes 0, join tokens 1. A new token lets in anew.", revoked.Out.Trim());
        Assert.Contains("by ", (await server.RunAsync("identity", "list")).Out, StringComparison.Ordinal);
        Assert.Equal("stolen", (string)(await server.RunAsync("identity", "list", "-o", "json")).Json()["revocations"]![0]!["reason"]!);
        Assert.Contains(id, (await server.RunAsync("token", "list")).Out, StringComparison.Ordinal);
        Assert.Equal(4, (await server.RunAsync("identity", "unlock", "nobody")).ExitCode);
        Assert.Equal(2, (await server.RunAsync("identity", "revoke", "web", "--reason", "x")).ExitCode);
        Assert.Equal(2, (await server.RunAsync("identity", "revoke", "--reason", "x")).ExitCode);
    }

    [Fact]
    public async Task The_root_is_changed_and_that_is_aborted()
    {
        await using TestServer server = await TestServer.StartAsync();
        Assert.Contains("The root is not being changed.", (await server.RunAsync("ca", "rotate", "--status")).Out, StringComparison.Ordinal);
        Assert.Contains("distribute, until", (await server.RunAsync("ca", "rotate")).Out, StringComparison.Ordinal);
        Assert.Equal(5, (await server.RunAsync("ca", "rotate")).ExitCode);
        Assert.Equal(2, (await server.RunAsync("ca", "export")).Out.Split("BEGIN").Length - 1);
        Assert.Equal(0, (await server.RunAsync("ca", "rotate", "--abort")).ExitCode);
        Assert.Equal(5, (await server.RunAsync("ca", "rotate", "--abort")).ExitCode);
    }

    [Fact]
    public async Task What_was_issued_is_listed_and_a_cut_is_an_error()
    {
        await using TestServer server = await TestServer.StartAsync();
        ToolRun whole = await server.RunAsync("audit", "certificates", "--verify");
        Assert.Equal(0, whole.ExitCode);
        Assert.Contains("is as it was written", whole.Out, StringComparison.Ordinal);
        await File.AppendAllTextAsync(Path.Combine(server.Folder, "data", "certificates.log"), "{}\n", TestContext.Current.CancellationToken);
        ToolRun added = await server.RunAsync("audit", "certificates", "--verify");
        Assert.Equal(1, added.ExitCode);
        Assert.Contains("Line 1 is none that a server wrote.", added.Out, StringComparison.Ordinal);
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
