using System.CommandLine;
using Mesh.Cli.Api;
using Mesh.Cli.Usage;
using Spectre.Console;

namespace Mesh.Cli.Commands;

/// <summary><c>mesh restore</c>.</summary>
internal static class RestoreCommand
{
    public static Command Create(Tool tool)
    {
        Argument<string> file = new("file") { Description = "A file of `mesh backup`.", HelpName = "FILE" };
        Option<bool> yes = new("--yes", "-y") { Description = "Does not ask." };
        Verb verb = new("restore", "Replaces all documents and their history by those of a backup, in a new epoch.")
        {
            Examples = [("mesh restore mesh-2026-05-01.db", "asks first"), ("mesh restore mesh-2026-05-01.db --yes", "for scripts")],
        };
        verb.SetAction(async (result, cancellationToken) =>
        {
            using MeshApi api = tool.Api(result);
            using FileStream backup = Open(result.GetValue(file)!);
            if (!result.GetValue(yes) && !await AskAsync(tool.Terminal, api, cancellationToken).ConfigureAwait(false))
            {
                await tool.Terminal.Error.WriteLineAsync("Nothing was restored.").ConfigureAwait(false);
                return ExitCode.Failed;
            }

            WriteAnswer answer = await api.UploadAsync<WriteAnswer>(
                "api/v1/restore", backup, cancellationToken, AuthorHeaders.Of(null)).ConfigureAwait(false);
            WriteReport.WriteWarnings(tool, answer);
            tool.Results(result).Write(answer, (console, printed) =>
            {
                WriteReport.WriteChanges(console, printed.Changes);
                console.WriteLine($"Restored: the backup's documents are in force, as generation {answer.Generation} of epoch {answer.Epoch}.");
            });
            return ExitCode.Ok;
        });
        return verb.With(file, yes);
    }

    private static FileStream Open(string file)
    {
        try
        {
            return File.OpenRead(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ToolException(ExitCode.Failed, $"{file} cannot be read: {exception.Message}", exception);
        }
    }

    private static async Task<bool> AskAsync(Terminal terminal, MeshApi api, CancellationToken cancellationToken)
    {
        if (!terminal.IsInteractive)
        {
            throw new ToolException(
                ExitCode.Usage, "A restore replaces everything, and nobody is there to be asked. Give --yes to do it all the same.");
        }

        await terminal.Error.WriteAsync($"Replace all documents and their history at {api.Url}? [y/N] ").ConfigureAwait(false);
        // A console is read synchronously, whatever it is asked for: Ctrl+C is an answer, too.
        string? answer = await Task.Run(terminal.In.ReadLine, cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
        return answer?.Trim().ToUpperInvariant() is "Y" or "YES";
    }
}
