using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using Mesh.Cli.Api;
using Mesh.Cli.Output;
using Mesh.Cli.Usage;
using Mesh.Model;
using Spectre.Console;

namespace Mesh.Cli.Commands;

/// <summary><c>mesh token</c>.</summary>
internal static class TokenCommand
{
    private const string Path = "api/v1/tokens";

    // Columns that may be cut.
    private const int Ranges = 6;
    private const int CreatedBy = 7;

    private static readonly string[] s_headings = ["id", "service", "namespace", "state", "used", "expires", "ranges", "created by"];

    public static Command Create(Tool tool) => new Verb("token", "Makes, lists and revokes the tokens by which processes join the mesh.")
    {
        Examples =
        [
            ("mesh token create --service web > web.token", "for one process, within the hour"),
            ("mesh token create --service web --reusable --ttl 720h --range 10.0.0.0/8", "for all that start there"),
            ("mesh token list", "who may join, and who has"), ("mesh token revoke k3v7qa2mzx4p", "nobody more, and no renewals"),
        ],
    }.With(Make(tool), List(tool), Revoke(tool));

    private static Verb Make(Tool tool)
    {
        Option<string> service = new("--service") { Description = "What processes join as.", HelpName = "NAME", Required = true };
        Option<string> space = new("--namespace")
        {
            Description = "The service's namespace.", HelpName = "NAME", DefaultValueFactory = _ => ServiceIdentity.DefaultNamespace,
        };
        Option<string> ttl = new("--ttl") { Description = "How long processes may join by it.", HelpName = "TIME", DefaultValueFactory = _ => "1h" };
        Option<long?> uses = Count("--uses", "How many processes may join by it; 1 unless given.");
        Option<bool> reusable = new("--reusable") { Description = "Any number of processes may join by it." };
        Option<long?> instances = Count("--max-instances", "How many may have a certificate by it at one time.");
        Option<long?> rate = Count("--rate", "How many may join in a minute.");
        Option<string[]> ranges = new("--range") { Description = "Processes join from addresses of this range. Repeatable.", HelpName = "CIDR" };
        Option<string[]> labels = new("--label") { Description = "A label that policies may select on. Repeatable.", HelpName = "KEY=VALUE" };
        labels.Validators.Add(CheckLabels);
        Verb verb = new("create", "Makes a token, and prints it this once: it is a secret.")
        {
            Examples = [("mesh token create --service web", "one process may join as web within the hour")],
        };
        verb.Validators.Add(result =>
        {
            if (result.GetValue(reusable) && result.GetValue(uses) is not null)
            {
                result.AddError("--uses and --reusable exclude each other.");
            }
        });
        verb.SetAction(async (result, cancellationToken) =>
        {
            string body = JsonSerializer.Serialize(
                new
                {
                    service = result.GetValue(service), @namespace = result.GetValue(space), ttl = result.GetValue(ttl), uses = result.GetValue(uses),
                    reusable = result.GetValue(reusable), maxInstances = result.GetValue(instances), ratePerMinute = result.GetValue(rate),
                    ranges = result.GetValue(ranges) ?? [], labels = (result.GetValue(labels) ?? []).Select(Label).ToDictionary(),
                },
                ApiJson.Options);
            using MeshApi api = tool.Api(result);
            CreatedTokenAnswer answer = await api.SendAsync<CreatedTokenAnswer>(
                HttpMethod.Post, Path, body, cancellationToken, AuthorHeaders.Of(null)).ConfigureAwait(false);
            tool.Results(result).Write(answer, (console, created) => console.WriteLine(created.Text));

            // Beside the token, which goes into a file or a variable.
            if (tool.Results(result).Format == OutputFormat.Table)
            {
                await tool.Terminal.Error.WriteLineAsync(Printed.Lines(Told(answer.Token))).ConfigureAwait(false);
            }

            return ExitCode.Ok;
        });
        return verb.With(service, space, ttl, uses, reusable, instances, rate, ranges, labels);
    }

    private static Verb List(Tool tool)
    {
        Verb verb = new("list", "All tokens without their secrets, the newest first.");
        verb.SetAction(async (result, cancellationToken) =>
        {
            using MeshApi api = tool.Api(result);
            TokensAnswer answer = await api.GetAsync<TokensAnswer>(Path, cancellationToken).ConfigureAwait(false);
            tool.Results(result).WriteAll(
                answer.Tokens, "There are no tokens. `mesh token create` makes one.",
                (console, tokens) => Tables.WriteCut(console, s_headings, [.. tokens.Select(Row)], Ranges, CreatedBy));
            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb Revoke(Tool tool)
    {
        Argument<string> id = new("id") { Description = "The token's, its first part.", HelpName = "ID" };
        Verb verb = new("revoke", "Nobody joins by the token any more, and those that have do not renew their certificates.");
        verb.SetAction(async (result, cancellationToken) =>
        {
            using MeshApi api = tool.Api(result);
            TokenEntry answer = await api.SendAsync<TokenEntry>(
                HttpMethod.Delete, $"{Path}/{Uri.EscapeDataString(result.GetValue(id)!)}", null, cancellationToken, AuthorHeaders.Of(null)).ConfigureAwait(false);
            tool.Results(result).Write(answer, (console, token) => console.WriteLine(
                $"Token {token.Id} of {token.Service}.{token.Namespace} is revoked. Those that have joined by it do not renew."));
            return ExitCode.Ok;
        });
        return verb.With(id);
    }

    private static Option<long?> Count(string name, string description)
    {
        Func<ArgumentResult, long> parse = Values.Number(name, 1, int.MaxValue, "a whole number from 1 on");
        return new Option<long?>(name) { Description = description, HelpName = "COUNT", CustomParser = result => parse(result) };
    }

    private static void CheckLabels(OptionResult result)
    {
        string[] labels = [.. result.Tokens.Select(token => token.Value)];
        foreach (string label in labels.Where(label => label.IndexOf('=', StringComparison.Ordinal) < 1))
        {
            result.AddError(Values.Complaint("--label", label, "KEY=VALUE"));
        }

        foreach (string twice in labels.Where(label => label.Contains('=', StringComparison.Ordinal)).GroupBy(label => Label(label).Key).Where(group => group.Count() > 1).Select(group => group.Key))
        {
            result.AddError($"--label gives '{twice}' more than once.");
        }
    }

    private static KeyValuePair<string, string> Label(string text) => text.Split('=', 2) is var parts ? new(parts[0], parts[1]) : default;

    private static string Told(TokenEntry token) =>
        $"Token {token.Id}: {(token.Uses is { } uses ? string.Create(CultureInfo.InvariantCulture, $"{uses}") : "any number of")} may join as "
        + $"{token.Service}.{token.Namespace} until {Times.Format(token.ExpiresAt)}. It is shown this once.";

    private static string?[] Row(TokenEntry token) =>
    [
        token.Id, token.Service, token.Namespace, token.State,
        string.Create(CultureInfo.InvariantCulture, $"{token.Used}/{(token.Uses is { } uses ? uses.ToString(CultureInfo.InvariantCulture) : "any")}"),
        Times.Format(token.ExpiresAt), token.Ranges.IsEmpty ? null : string.Join(' ', token.Ranges), token.CreatedBy,
    ];
}
