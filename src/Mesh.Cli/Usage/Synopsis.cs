using System.CommandLine;

namespace Mesh.Cli.Usage;

/// <summary>How commands and options are written: what may be left out stands in brackets.</summary>
internal static class Synopsis
{
    /// <summary>What is typed to get to a command: <c>mesh get service</c>.</summary>
    public static string PathOf(Command command) =>
        string.Join(' ', command.Parents.OfType<Command>().Select(PathOf).Append(command is RootCommand ? "mesh" : command.Name));

    /// <summary>A whole command line.</summary>
    public static string Of(Command command) => string.Join(
        ' ',
        [
            PathOf(command),
            .. command.Subcommands.Count == 0 ? Enumerable.Empty<string>() : [command is RootCommand ? "VERB" : "COMMAND"],
            .. command.Arguments.Select(Of),
            .. command.Options.Where(option => option.Required).Select(Needed),
            "[options]",
        ]);

    public static string Of(Argument argument)
    {
        string name = argument.HelpName ?? argument.Name;
        string all = argument.Arity.MaximumNumberOfValues > 1 ? $"{name}..." : name;
        return argument.Arity.MinimumNumberOfValues == 0 ? $"[{all}]" : all;
    }

    /// <summary>All names of an option, and what it takes.</summary>
    public static string Of(Option option) =>
        string.Join(", ", option.Aliases.Order(StringComparer.Ordinal).Append(option.Name)) + Value(option);

    /// <summary>An option that cannot be left out, at its shortest.</summary>
    public static string Needed(Option option) => (option.Aliases.FirstOrDefault() ?? option.Name) + Value(option);

    /// <summary>The options that a command takes, its own first.</summary>
    public static IEnumerable<Option> OptionsOf(Command command) =>
        command.Options.Concat(command.Parents.OfType<Command>().SelectMany(OptionsOf).Where(option => option.Recursive));

    private static string Value(Option option) => option.HelpName is null ? "" : $" {option.HelpName}";
}
