using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Mesh.Cli.Commands;
using Mesh.Cli.Output;
using Mesh.Model.Documents;

namespace Mesh.Cli;

/// <summary>Runs a command line.</summary>
internal static class MeshTool
{
    // Time for a server to let its calls finish.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    public static async Task<int> RunAsync(string[] args, Terminal terminal, CancellationToken cancellationToken = default)
    {
        // A value may begin with @.
        ParseResult result = Root(new Tool(terminal)).Parse(
            args.Length == 0 ? ["--help"] : args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (result.Action is ParseErrorAction)
        {
            return ReportUsage(result, terminal);
        }

        try
        {
            InvocationConfiguration configuration = new()
            {
                Output = terminal.Out,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = terminal.OwnsProcess ? s_patience : null,
            };
            return await result.InvokeAsync(configuration, cancellationToken).ConfigureAwait(false);
        }
        catch (ToolException exception)
        {
            await terminal.Error.WriteLineAsync(Printed.Lines(exception.Message)).ConfigureAwait(false);
            return exception.ExitCode;
        }
        catch (OperationCanceledException)
        {
            await terminal.Error.WriteLineAsync("Interrupted.").ConfigureAwait(false);
            return ExitCode.Interrupted;
        }
    }

    public static RootCommand Root(Tool tool)
    {
        RootCommand root = new("Writes, explains and checks the rules of a mesh, and runs its config server.")
        {
            tool.ServerOption, tool.OutputOption,
        };
        Command[] verbs =
        [
            ApplyCommand.Create(tool), GetCommand.Create(tool), DeleteCommand.Create(tool), DiffCommand.Create(tool),
            HistoryCommand.Create(tool), RollbackCommand.Create(tool), ValidateCommand.Create(tool), SplitCommand.Create(tool),
            ExplainCommand.Create(tool), ProxiesCommand.Create(tool), BackupCommand.Create(tool), RestoreCommand.Create(tool),
            CheckCommand.Create(tool), ServerCommand.Create(tool), CompletionCommand.Create(tool),
        ];
        foreach (Command verb in verbs)
        {
            root.Add(verb);
        }

        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Aliases.Remove("/h");
        help.Aliases.Remove("/?");
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }

    private static int ReportUsage(ParseResult result, Terminal terminal)
    {
        Command command = result.CommandResult.Command;
        foreach (string message in result.Errors.Select(error => error.Message).Distinct())
        {
            terminal.Error.WriteLine(message);
        }

        string[] known =
            [.. command.Subcommands.Select(verb => verb.Name), .. OptionsOf(result.CommandResult.Command).Select(option => option.Name)];
        foreach (string token in result.UnmatchedTokens)
        {
            if (NearestName.Find(token, known) is { } nearest)
            {
                terminal.Error.WriteLine($"Did you mean {nearest}?");
            }
        }

        string[] path = [.. Path(command).Reverse()];
        terminal.Error.WriteLine($"'mesh {string.Join(' ', path.Append("--help"))}' tells what there is.");
        return ExitCode.Usage;
    }

    private static IEnumerable<Option> OptionsOf(Command command) =>
        command.Options.Concat(command.Parents.OfType<Command>().SelectMany(parent => OptionsOf(parent).Where(option => option.Recursive)));

    private static IEnumerable<string> Path(Command command) =>
        command is RootCommand ? [] : [command.Name, .. command.Parents.OfType<Command>().SelectMany(Path)];
}
