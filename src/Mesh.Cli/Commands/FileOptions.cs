using System.CommandLine;
using Mesh.Cli.Files;

namespace Mesh.Cli.Commands;

/// <summary>Options of the commands that read documents and write them.</summary>
internal static class FileOptions
{
    public static Option<string[]> Files(bool required = true) => new("--file", "-f")
    {
        Description = "A file of documents, a folder (all *.yaml, *.yml and *.json in it, to 16 folders deep), "
            + "or - for the standard input. May be given several times.",
        HelpName = "PATH",
        Required = required,
    };

    public static Option<bool> DryRun() => new("--dry-run") { Description = "Tells what would be done, and does not do it." };

    public static Option<string?> Message() => new("--message", "-m") { Description = "Why, for the history.", HelpName = "TEXT" };

    /// <summary>The documents of the files; null: they have faults, which have been told.</summary>
    /// <param name="tool">Tells the faults.</param>
    /// <param name="result">Names the files.</param>
    /// <param name="files">The option that does.</param>
    /// <param name="headline">What is told before the faults.</param>
    public static SourceSet? Read(Tool tool, ParseResult result, Option<string[]> files, string headline)
    {
        SourceSet sources = DocumentFiles.Read(result.GetValue(files) ?? [], tool.Terminal.In);
        if (sources.Faults.IsEmpty)
        {
            return sources;
        }

        FaultReport.Write(tool.Terminal, headline, sources.Check().Faults);
        return null;
    }
}
