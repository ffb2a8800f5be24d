using System.CommandLine;
using System.CommandLine.Invocation;
using Mesh.Cli.Output;
using Spectre.Console;

namespace Mesh.Cli.Usage;

/// <summary>Tells how a command is used.</summary>
internal sealed class Help(Terminal terminal) : SynchronousCommandLineAction
{
    private static readonly (string, string)[] s_firstSteps =
    [
        ("mesh server --dev", "a config server on this machine, in one terminal"),
        ("mesh apply -f mesh/", "a folder of rules, in another"),
        ("mesh split catalog v2=10", "10 % of catalog's requests go to v2"),
        ("mesh split --help", "how a verb is used"),
    ];

    private static readonly (string, string)[] s_exitCodes =
    [
        ("0", "done"),
        ("1", "failed, not valid, a check found problems, or there are differences (diff)"),
        ("2", "the command line is wrong"),
        ("3", "the config server cannot be reached"),
        ("4", "what is named does not exist"),
        ("5", "a conflict: what is there is not what was expected"),
        ("6", "diff failed, and cannot tell whether there are differences"),
        ("130", "interrupted by Ctrl+C or SIGTERM"),
    ];

    public override int Invoke(ParseResult parseResult)
    {
        Command command = parseResult.CommandResult.Command;
        new ResultWriter(terminal, OutputFormat.Table).WriteForPeople(console => Write(console, command));
        return ExitCode.Ok;
    }

    private static void Write(IAnsiConsole console, Command command)
    {
        bool isRoot = command is RootCommand;
        console.WriteLine(command.Description ?? "");
        Write(console, "Usage", [(Synopsis.Of(command), "")]);
        Write(console, "Arguments", command.Arguments.Select(argument => (argument.HelpName ?? argument.Name, argument.Description ?? "")));
        Write(console, isRoot ? "Verbs" : "Commands", command.Subcommands.Select(verb => (verb.Name, verb.Description ?? "")));
        Write(console, "Options", Synopsis.OptionsOf(command).Select(option => (Synopsis.Of(option), Describe(option))));
        Write(console, "Examples", isRoot ? s_firstSteps : (command as Verb)?.Examples ?? []);
        Write(console, "Exit codes", isRoot ? s_exitCodes : []);
    }

    private static void Write(IAnsiConsole console, string heading, IEnumerable<(string Term, string Meaning)> rows)
    {
        Table table = new() { Border = TableBorder.None, ShowHeaders = false };
        table.AddColumn(new TableColumn("").PadLeft(0).PadRight(2).NoWrap()).AddColumn(new TableColumn("").PadLeft(0).PadRight(0));
        foreach ((string term, string meaning) in rows)
        {
            table.AddRow(new Text(term), new Text(meaning));
        }

        if (table.Rows.Count > 0)
        {
            console.WriteLine();
            console.WriteLine($"{heading}:");
            console.Write(new Padder(table, new Padding(2, 0, 0, 0)));
        }
    }

    private static string Describe(Option option) => option is { HasDefaultValue: true, HelpName: not null }
        ? $"{option.Description} Not given: {option.GetDefaultValue()}." : option.Description ?? "";
}
