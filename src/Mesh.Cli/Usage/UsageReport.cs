using System.CommandLine;
using System.CommandLine.Parsing;
using Mesh.Cli.Output;
using Mesh.Model.Documents;

namespace Mesh.Cli.Usage;

/// <summary>Tells what is wrong with a command line.</summary>
internal static class UsageReport
{
    public static int Write(ParseResult result, Terminal terminal)
    {
        Command command = result.CommandResult.Command;
        foreach (string complaint in Complaints(result, command).Distinct())
        {
            terminal.Error.WriteLine(Printed.Lines(complaint));
        }

        terminal.Error.WriteLine($"'{Synopsis.PathOf(command)} --help' tells what there is.");
        return ExitCode.Usage;
    }

    // What is not known makes something else missing, and is the reason for it.
    private static IEnumerable<string> Complaints(ParseResult result, Command command)
    {
        if (result.UnmatchedTokens is [var unknown, ..])
        {
            return [Unknown(command, unknown)];
        }

        string path = Synopsis.PathOf(command);
        if (command.Subcommands.Count > 0)
        {
            string verbs = Wording.Names(command.Subcommands.Select(verb => verb.Name));
            return [command is RootCommand ? "A verb is missing." : $"'{path}' needs one of {verbs}."];
        }

        string[] missing = [.. Missing(result, command)];
        return missing.Length > 0 ? [$"'{path}' needs {string.Join(" and ", missing)}."] : result.Errors.Select(Of);
    }

    private static string Unknown(Command command, string token)
    {
        string path = Synopsis.PathOf(command);
        bool isOption = token.StartsWith('-');
        IEnumerable<string> known = isOption
            ? Synopsis.OptionsOf(command).Select(option => option.Name) : command.Subcommands.Select(verb => verb.Name);
        string what = isOption ? $"'{path}' has no option '{token}'."
            : command is RootCommand ? $"There is no verb '{token}'."
            : command.Subcommands.Count > 0 ? $"'{path}' has no '{token}'."
            : $"'{path}' does not take '{token}'.";
        string remedy = NearestName.Find(token, known) is { } nearest ? $" Did you mean {nearest}?"
            : isOption || command is RootCommand ? ""
            : command.Subcommands.Count > 0 ? $" It has {Wording.Names(known)}."
            : command.Options.FirstOrDefault(option => option.Arity.MaximumNumberOfValues > 1) is { } many
                ? $" Of several, each takes its own {Synopsis.Needed(many)}."
            : "";
        return what + remedy;
    }

    private static IEnumerable<string> Missing(ParseResult result, Command command) =>
    [
        .. command.Arguments
            .Where(argument => argument.Arity.MinimumNumberOfValues > 0 && !IsGiven(result.GetResult(argument))).Select(Synopsis.Of),
        .. command.Options.Where(option => option.Required && !IsGiven(result.GetResult(option))).Select(Synopsis.Needed),
    ];

    private static bool IsGiven(SymbolResult? given) => given is { Tokens.Count: > 0 };

    private static string Of(ParseError error) => error.SymbolResult switch
    {
        OptionResult { Tokens.Count: 0, Option: var option } => $"{option.Name} needs {option.HelpName}.",
        _ => error.Message,
    };
}
