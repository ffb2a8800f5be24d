using System.CommandLine;
using Mesh.Cli.Api;
using Mesh.Cli.Diff;
using Mesh.Cli.Files;
using Mesh.Cli.Usage;
using Mesh.ConfigServer.Documents;

namespace Mesh.Cli.Commands;

/// <summary><c>mesh diff</c>.</summary>
internal static class DiffCommand
{
    public static Command Create(Tool tool)
    {
        Option<string[]> files = FileOptions.Files();
        Option<bool> prune = new("--prune") { Description = "Shows what apply --prune would delete, too." };
        Verb verb = new(
            "diff",
            "Shows what apply would change. Exits with 0 where there are no differences, with 1 where there are, with 6 where it fails.")
        {
            Examples =
                [("mesh diff -f mesh/", "each document that differs, line by line"), ("mesh diff -f mesh/ && echo same", "for scripts")],
        };
        verb.SetAction(async (result, cancellationToken) =>
        {
            try
            {
                return FileOptions.Read(tool, result, files, "Nothing was compared: these documents have faults.") is { } sources
                    ? await ShowAsync(tool, result, sources, result.GetValue(prune), cancellationToken).ConfigureAwait(false)
                    : ExitCode.NotCompared;
            }
            catch (ToolException exception) when (exception.ExitCode == ExitCode.Failed)
            {
                throw new ToolException(ExitCode.NotCompared, exception.Message, exception);
            }
        });
        return verb.With(files, prune);
    }

    private static async Task<int> ShowAsync(
        Tool tool, ParseResult result, SourceSet sources, bool prune, CancellationToken cancellationToken)
    {
        using MeshApi api = tool.Api(result);
        DocumentsAnswer answer = await api.GetAsync<DocumentsAnswer>("api/v1/documents", cancellationToken).ConfigureAwait(false);
        Difference[] differences = [.. Compare(sources, Kept(api, answer), $"generation {answer.Generation}", prune)];
        tool.Results(result).WriteAll(differences, "There are no differences.", (console, printed) =>
        {
            foreach (string line in printed.SelectMany(difference => difference.Lines))
            {
                console.Write(new Spectre.Console.Text(line + "\n", DiffColors.Of(line)));
            }
        });
        return differences.Length == 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    private static Dictionary<DocumentKey, MeshDocument> Kept(MeshApi api, DocumentsAnswer answer)
    {
        DocumentSet kept = DocumentReader.Read(answer.Documents.ToJsonString(), DocumentFormat.Json);
        return kept.Faults is [var fault, ..]
            ? throw new ToolException(
                ExitCode.NotCompared,
                $"What {api.Url} has cannot be compared with: this tool cannot read all of it. ({fault}) "
                + "If the server is newer, update this tool; `mesh apply --dry-run` asks the server itself.")
            : kept.Documents.ToDictionary(document => document.Key, document => document.Document);
    }

    private static IEnumerable<Difference> Compare(
        SourceSet sources, Dictionary<DocumentKey, MeshDocument> kept, string version, bool prune)
    {
        foreach (ReadDocument source in sources.Documents)
        {
            kept.Remove(source.Key, out MeshDocument? before);
            if (before?.Json != source.Document.Json)
            {
                yield return Difference.Of($"{source.Key}", before, version, source.Document, source.File!);
            }
        }

        foreach (MeshDocument deleted in prune ? kept.Values : Enumerable.Empty<MeshDocument>())
        {
            yield return Difference.Of(deleted.Key.ToString(), deleted, version, null, "pruned");
        }
    }

    private sealed record Difference(string Document, string Action, IReadOnlyList<string> Lines)
    {
        public static Difference Of(string name, MeshDocument? before, string version, MeshDocument? after, string file) => new(
            name,
            before is null ? "created" : after is null ? "deleted" : "updated",
            UnifiedDiff.Of($"{name} ({version})", Text(before), $"{name} ({file})", Text(after)));

        private static string Text(MeshDocument? document) => document is null ? "" : DocumentWriter.ToYaml([document]);
    }
}
