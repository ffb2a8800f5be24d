using System.CommandLine;
using System.Text.Json;
using Mesh.Cli.Api;
using Mesh.Cli.Output;
using Mesh.Cli.Usage;
using Spectre.Console;

namespace Mesh.Cli.Commands;

/// <summary><c>mesh access</c>.</summary>
internal static class AccessCommand
{
    private const string Path = "api/v1/access";

    // Columns that may be cut.
    private const int Name = 1;
    private const int Namespaces = 3;
    private const int CreatedBy = 6;

    private static readonly string[] s_headings = ["id", "name", "role", "namespaces", "state", "expires", "created by"];

    public static Command Create(Tool tool) => new Verb("access", "Makes, lists and revokes the tokens by which people and programs use the config server.")
    {
        Examples =
        [
            ("mesh access create --role editor --namespace shop --ttl 30d > ci.token", "writes the documents of one namespace"),
            ("mesh access create --role viewer --name dashboard", "reads all"), ("mesh access list", "who may, and until when"),
            ("mesh access revoke k3v7qa2mzx4p", "it is worth nothing any more"),
        ],
    }.With(Make(tool), List(tool), Revoke(tool));

    private static Verb Make(Tool tool)
    {
        Option<string?> role = new Option<string?>("--role")
        {
            Description = "What it allows: to read, to write documents too, or everything.", HelpName = "viewer|editor|admin", Required = true,
        }.OneOf("viewer", "editor", "admin");
        Option<string[]> spaces = new("--namespace")
        {
            Description = "Where it reads and writes. Repeatable. Not given: everywhere, and what holds for the whole mesh.", HelpName = "NAME",
        };
        Option<string?> name = new("--name") { Description = "What history and audit call whoever uses it. Not given: its role and id.", HelpName = "NAME" };
        Option<string> ttl = new("--ttl") { Description = "How long it holds, up to 365d.", HelpName = "TIME", DefaultValueFactory = _ => "30d" };
        Verb verb = new("create", "Makes a token, and prints it this once: it is a secret.")
        {
            Examples = [("mesh access create --role viewer", "reads all for 30 days")],
        };
        verb.SetAction(async (result, cancellationToken) =>
        {
            string body = JsonSerializer.Serialize(
                new
                {
                    role = result.GetValue(role), name = result.GetValue(name), ttl = result.GetValue(ttl),
                    namespaces = result.GetValue(spaces) is { Length: > 0 } given ? given : ["*"],
                },
                ApiJson.Options);
            using MeshApi api = tool.Api(result);
            CreatedAccessAnswer answer = await api.SendAsync<CreatedAccessAnswer>(
                HttpMethod.Post, Path, body, cancellationToken, AuthorHeaders.Of(null)).ConfigureAwait(false);
            tool.Results(result).Write(answer, (console, created) => console.WriteLine(created.Text));

            // Beside the token, which goes into a file or a variable.
            if (tool.Results(result).Format == OutputFormat.Table)
            {
                await tool.Terminal.Error.WriteLineAsync(Printed.Lines(Told(answer.Token))).ConfigureAwait(false);
            }

            return ExitCode.Ok;
        });
        return verb.With(role, spaces, name, ttl);
    }

    private static Verb List(Tool tool)
    {
        Verb verb = new("list", "All tokens without their secrets, the newest first.");
        verb.SetAction(async (result, cancellationToken) =>
        {
            using MeshApi api = tool.Api(result);
            AccessAnswer answer = await api.GetAsync<AccessAnswer>(Path, cancellationToken).ConfigureAwait(false);
            tool.Results(result).WriteAll(
                answer.Tokens, "There are no access tokens. `mesh access create` makes one.",
                (console, tokens) => Tables.WriteCut(console, s_headings, [.. tokens.Select(Row)], Name, Namespaces, CreatedBy));
            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb Revoke(Tool tool)
    {
        Argument<string> id = new("id") { Description = "The token's, its second part.", HelpName = "ID" };
        Verb verb = new("revoke", "From now on the token is worth nothing.");
        verb.SetAction(async (result, cancellationToken) =>
        {
            using MeshApi api = tool.Api(result);
            AccessTokenEntry answer = await api.SendAsync<AccessTokenEntry>(
                HttpMethod.Delete, $"{Path}/{Uri.EscapeDataString(result.GetValue(id)!)}", null, cancellationToken, AuthorHeaders.Of(null)).ConfigureAwait(false);
            tool.Results(result).Write(answer, (console, token) => console.WriteLine($"Access token {token.Id} ({token.Name}) is revoked."));
            return ExitCode.Ok;
        });
        return verb.With(id);
    }

    private static string Told(AccessTokenEntry token) =>
        $"Access token {token.Id}, '{token.Name}': {token.Role} {(token.Namespaces is ["*"] ? "everywhere" : $"in {string.Join(", ", token.Namespaces)}")} "
        + $"until {Times.Format(token.ExpiresAt)}. It is shown this once.";

    private static string?[] Row(AccessTokenEntry token) =>
        [token.Id, token.Name, token.Role, string.Join(' ', token.Namespaces), token.State, Times.Format(token.ExpiresAt), token.CreatedBy];
}
