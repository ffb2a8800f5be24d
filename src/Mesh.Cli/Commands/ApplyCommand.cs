using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Mesh.Cli.Api;
using Mesh.Cli.Checks;
using Mesh.Cli.Usage;

namespace Mesh.Cli.Commands;

/// <summary><c>mesh apply</c>.</summary>
internal static class ApplyCommand
{
    private static readonly Func<ArgumentResult, long> s_generation =
        Values.Number("--if-generation", 0, long.MaxValue, "the number of a generation");

    public static Command Create(Tool tool)
    {
        Option<string[]> files = FileOptions.Files();
        Option<bool> dryRun = FileOptions.DryRun();
        Option<bool> prune = new("--prune") { Description = "Deletes the documents on the server that are in none of the files." };
        Option<long?> expected = new("--if-generation")
        {
            Description = "Writes only if this generation is in force still, so that no change of others is undone.", HelpName = "NUMBER",
            CustomParser = result => s_generation(result),
        };
        Option<string?> message = FileOptions.Message();
        Verb verb = new("apply", "Writes documents to the server: all of them, or none where one has a fault.")
        {
            Examples =
            [
                ("mesh apply -f catalog.yaml -m 'v2 for testers'", "one file"),
                ("mesh apply -f mesh/ --prune --dry-run", "a folder as the whole mesh; only tells what would change"),
                ("cat catalog.yaml | mesh apply -f -", "the standard input"),
            ],
        };
        verb.With(files, dryRun, prune, expected, message);
        verb.SetAction(async (result, cancellationToken) =>
        {
            if (FileOptions.Read(tool, result, files, "Nothing was written: these documents have faults.") is not { } sources)
            {
                return ExitCode.Failed;
            }

            using MeshApi api = tool.Api(result);
            string path = $"api/v1/apply?dryRun={Text(result.GetValue(dryRun))}&prune={Text(result.GetValue(prune))}";
            try
            {
                IReadOnlyList<LostTarget> lost =
                    await TargetCheck.AskAsync(api, sources.Services, result.GetValue(prune), cancellationToken).ConfigureAwait(false);
                WriteAnswer answer = await api.SendAsync<WriteAnswer>(
                    HttpMethod.Post, path, sources.ToJson(), cancellationToken,
                    [
                        .. AuthorHeaders.Of(result.GetValue(message)),
                        .. await ConditionAsync(api, result.GetValue(expected), cancellationToken).ConfigureAwait(false),
                    ]).ConfigureAwait(false);
                return WriteReport.Write(tool, tool.Results(result), LostTarget.Complete(answer, lost), sources);
            }
            catch (RefusedException refusal) when (!refusal.Faults.IsEmpty)
            {
                FaultReport.Write(tool.Terminal, refusal.Message, refusal.Faults.Select(sources.Locate));
                return refusal.ExitCode;
            }
        });
        return verb;
    }

    // No two epochs have a generation in common: the number alone says which one is meant.
    private static async Task<(string Name, string Value)[]> ConditionAsync(
        MeshApi api, long? generation, CancellationToken cancellationToken)
    {
        if (generation is not { } expected)
        {
            return [];
        }

        StatusAnswer status = await api.GetAsync<StatusAnswer>("api/v1/status", cancellationToken).ConfigureAwait(false);
        return [("If-Match", string.Create(CultureInfo.InvariantCulture, $"\"{status.Epoch}.{expected}\""))];
    }

    private static string Text(bool value) => value ? "true" : "false";
}
