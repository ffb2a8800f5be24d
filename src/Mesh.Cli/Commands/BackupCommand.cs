using System.CommandLine;
using Mesh.Cli.Api;
using Mesh.Cli.Usage;
using Spectre.Console;

namespace Mesh.Cli.Commands;

/// <summary><c>mesh backup</c>.</summary>
internal static class BackupCommand
{
    public static Command Create(Tool tool)
    {
        Argument<string> file = new("file") { Description = "A new file.", HelpName = "FILE" };
        Option<bool> force = new("--force") { Description = "Replaces the file where it exists." };
        Verb verb = new("backup", "Saves all documents with their history into a file, while the server goes on.")
        {
            Examples = [("mesh backup mesh-2026-05-01.db", "one file that `mesh restore` takes")],
        };
        verb.SetAction(async (result, cancellationToken) =>
        {
            string target = Path.GetFullPath(result.GetValue(file)!);
            if (File.Exists(target) && !result.GetValue(force))
            {
                throw new ToolException(ExitCode.Failed, $"{target} exists. Name another file, or give --force to replace it.");
            }

            using MeshApi api = tool.Api(result);
            long length = await SaveAsync(api, target, cancellationToken).ConfigureAwait(false);
            tool.Results(result).Write(
                new { file = target, bytes = length },
                (console, saved) => console.WriteLine($"{saved.file}: {saved.bytes} bytes."));
            return ExitCode.Ok;
        });
        return verb.With(file, force);
    }

    // What is at the name is whole, or what was there before.
    private static async Task<long> SaveAsync(MeshApi api, string target, CancellationToken cancellationToken)
    {
        string unfinished = $"{target}.{Environment.ProcessId}.tmp";
        try
        {
            long length;
            FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            FileStream stream = new(unfinished, options);
            await using (stream.ConfigureAwait(false))
            {
                await api.DownloadAsync("api/v1/backup", stream, cancellationToken).ConfigureAwait(false);
                length = stream.Length;
            }

            File.Move(unfinished, target, overwrite: true);
            return length;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ToolException(ExitCode.Failed, $"{target} cannot be written: {exception.Message}", exception);
        }
        finally
        {
            if (File.Exists(unfinished))
            {
                File.Delete(unfinished);
            }
        }
    }
}
