using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Mesh.Cli.Commands;
using Mesh.Cli.Output;
using Mesh.Cli.Usage;

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
            return UsageReport.Write(result, terminal);
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
            tool.ServerOption, tool.TokenFileOption, tool.ServerCaOption, tool.InsecureOption, tool.OutputOption,
        };
        Command[] verbs =
        [
            ApplyCommand.Create(tool), GetCommand.Create(tool), DeleteCommand.Create(tool), DiffCommand.Create(tool),
            HistoryCommand.Create(tool), RollbackCommand.Create(tool), ValidateCommand.Create(tool), SplitCommand.Create(tool),
            ExplainCommand.Create(tool), EndpointsCommand.Create(tool), ProxiesCommand.Create(tool), BackupCommand.Create(tool), RestoreCommand.Create(tool),
            CheckCommand.Create(tool), TokenCommand.Create(tool), IdentityCommand.Create(tool), CaCommand.Create(tool), AccessCommand.Create(tool), AuditCommand.Create(tool), ServerCommand.Create(tool), CompletionCommand.Create(tool),
        ];
        foreach (Command verb in verbs)
        {
            root.Add(verb);
        }

        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Aliases.Remove("/h");
        help.Aliases.Remove("/?");
        help.Aliases.Remove("-?");
        help.Description = "Tells how it is used, with examples.";
        help.Action = new Help(tool.Terminal);
        root.Options.OfType<VersionOption>().Single().Description = "Tells the version of this tool.";
        return root;
    }
}
