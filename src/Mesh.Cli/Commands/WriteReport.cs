using Mesh.Cli.Api;
using Mesh.Cli.Files;
using Mesh.Cli.Output;
using Spectre.Console;

namespace Mesh.Cli.Commands;

/// <summary>Tells what a write did.</summary>
internal static class WriteReport
{
    public static int Write(Tool tool, ResultWriter results, WriteAnswer answer, SourceSet? sources = null)
    {
        WriteWarnings(tool, answer, sources);
        results.Write(answer, (console, printed) =>
        {
            WriteChanges(console, printed.Changes, sources);
            bool isChange = answer.Changes.Any(change => change.Action != "unchanged");
            console.WriteLine(
                answer.DryRun ? "Dry run: nothing was written."
                : isChange ? $"Generation {answer.Generation} is in force."
                : $"Nothing to do: generation {answer.Generation} has all of it.");
        });
        return ExitCode.Ok;
    }

    /// <summary>What is allowed, and probably not meant.</summary>
    public static void WriteWarnings(Tool tool, WriteAnswer answer, SourceSet? sources = null) => FaultReport.WriteWarnings(
        tool.Terminal, answer.Warnings.Select(warning => sources?.Locate(warning) ?? warning with { Line = null }));

    /// <summary>What became of each document.</summary>
    public static void WriteChanges(IAnsiConsole console, IReadOnlyList<ChangeEntry> changes, SourceSet? sources = null)
    {
        Table table = Tables.Of(sources is null ? ["action", "document"] : ["action", "document", "file"]);
        foreach (ChangeEntry change in changes)
        {
            table.Add(
                sources is null ? [change.Action, change.Document] : [change.Action, change.Document, sources.FileOf(change.Document)]);
        }

        if (changes.Count > 0)
        {
            console.Write(table);
        }
    }
}
