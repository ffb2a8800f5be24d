using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Mesh.Cli.Api;
using Mesh.Cli.Output;
using Mesh.Cli.Usage;
using Spectre.Console;

namespace Mesh.Cli.Commands;

/// <summary><c>mesh identity</c>.</summary>
internal static class IdentityCommand
{
    private const string Path = "api/v1/identities";

    // Columns that may be cut.
    private const int From = 5;
    private const int Reason = 6;

    private static readonly string[] s_headings = ["instance", "identity", "state", "serial", "expires", "joined from", "reason"];

    public static Command Create(Tool tool) => new Verb("identity", "Lists who has joined the mesh, and takes identities back.")
    {
        Examples =
        [
            ("mesh identity list", "processes with a certificate in force"),
            ("mesh identity revoke shop/web --reason 'key was copied'", "all of a service, its join tokens, too"),
            ("mesh identity unlock 4f1c", "there was no copy"),
        ],
    }.With(List(tool), Revoke(tool), Unlock(tool));

    private static Verb List(Tool tool)
    {
        Verb verb = new("list", "Processes that have joined and have a certificate in force, the newest first.");
        verb.SetAction(async (result, cancellationToken) =>
        {
            using MeshApi api = tool.Api(result);
            IdentitiesAnswer answer = await api.GetAsync<IdentitiesAnswer>(Path, cancellationToken).ConfigureAwait(false);
            tool.Results(result).Write(answer, (console, all) =>
            {
                if (all.Identities.IsEmpty)
                {
                    console.WriteLine("Nobody has a certificate in force. `mesh token create` lets in.");
                }
                else
                {
                    Tables.WriteCut(console, s_headings, [.. all.Identities.Select(Row)], From, Reason);
                }

                foreach (RevokedEntry revoked in all.Revocations.Where(revoked => revoked.Serial is null))
                {
                    console.WriteLine(Printed.Lines(
                        $"{revoked.Service}.{revoked.Namespace} was taken back at {Times.Format(revoked.RevokedAt)} by {revoked.RevokedBy}: {revoked.Reason}"));
                }
            });
            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb Revoke(Tool tool)
    {
        Argument<string?> name = new("name")
        {
            Description = "The service, with its namespace: all of its processes.", HelpName = "NAMESPACE/SERVICE", Arity = ArgumentArity.ZeroOrOne,
        };
        Option<string?> instance = new("--instance") { Description = "One process, by its id in the list.", HelpName = "ID" };
        Option<string?> serial = new("--serial") { Description = "The process that got this certificate.", HelpName = "SERIAL" };
        Option<string> reason = new("--reason") { Description = "Why.", HelpName = "TEXT", Required = true };
        Option<bool> keep = new("--keep-tokens") { Description = "The service's join tokens stay good." };
        Verb verb = new("revoke", "No renewal, streams ended, registrations withdrawn; processes are told not to believe a revoked service.")
        {
            Examples = [("mesh identity revoke default/web --reason 'left the company'", "everything of web so far; a new token lets in anew")],
        };
        verb.Validators.Add(result =>
        {
            string? given = result.GetValue(name);
            if (new[] { given, result.GetValue(instance), result.GetValue(serial) }.Count(each => each is not null) != 1)
            {
                result.AddError("Exactly one of NAMESPACE/SERVICE, --instance and --serial says whose identity it is.");
            }
            else if (given is not null && given.Split('/') is not [{ Length: > 0 }, { Length: > 0 }])
            {
                result.AddError(Values.Complaint("name", given, "NAMESPACE/SERVICE"));
            }
            else if (given is null && result.GetValue(keep))
            {
                result.AddError("--keep-tokens goes with NAMESPACE/SERVICE.");
            }
        });
        verb.SetAction(async (result, cancellationToken) =>
        {
            string[]? parts = result.GetValue(name)?.Split('/');
            string body = JsonSerializer.Serialize(
                new
                {
                    reason = result.GetValue(reason), service = parts?[1], @namespace = parts?[0], instance = result.GetValue(instance),
                    serial = result.GetValue(serial), keepTokens = result.GetValue(keep),
                },
                ApiJson.Options);
            using MeshApi api = tool.Api(result);
            RevokedAnswer answer = await api.SendAsync<RevokedAnswer>(
                HttpMethod.Post, $"{Path}/revoke", body, cancellationToken, AuthorHeaders.Of(null)).ConfigureAwait(false);
            tool.Results(result).Write(answer, (console, revoked) => console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Taken back from {revoked.Service}.{revoked.Namespace}: processes {revoked.Instances}, join tokens {revoked.Tokens}. A new token lets in anew.")));
            return ExitCode.Ok;
        });
        return verb.With(name, instance, serial, reason, keep);
    }

    private static Verb Unlock(Tool tool)
    {
        Argument<string> instance = new("instance") { Description = "The process, by its id in the list.", HelpName = "ID" };
        Verb verb = new("unlock", "Renews again what was locked because an older certificate was shown. Make sure first that nobody has a copy.");
        verb.SetAction(async (result, cancellationToken) =>
        {
            using MeshApi api = tool.Api(result);
            MemberEntry answer = await api.SendAsync<MemberEntry>(
                HttpMethod.Post, $"{Path}/{Uri.EscapeDataString(result.GetValue(instance)!)}/unlock", null, cancellationToken, AuthorHeaders.Of(null)).ConfigureAwait(false);
            tool.Results(result).Write(answer, (console, member) => console.WriteLine($"{member.Instance} of {member.Service}.{member.Namespace} renews again."));
            return ExitCode.Ok;
        });
        return verb.With(instance);
    }

    private static string?[] Row(MemberEntry member) =>
        [member.Instance, $"{member.Namespace}/{member.Service}", member.State, member.Serial, Times.Format(member.ExpiresAt), member.JoinedFrom, member.Reason];
}
