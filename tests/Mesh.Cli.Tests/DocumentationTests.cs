using System.Text.RegularExpressions;
using Mesh.Cli.Files;
using Mesh.Cli.Tests.Infrastructure;
using Mesh.Cli.Usage;

namespace Mesh.Cli.Tests;

/// <summary><c>docs/cli.md</c> tells of what there is, and of nothing else.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string s_page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "cli.md"));

    private static readonly Tool s_tool = new(
        new Terminal { In = TextReader.Null, Out = TextWriter.Null, Error = TextWriter.Null, Environment = _ => null });

    [Fact]
    public void Every_verb_has_an_example() =>
        Assert.All(MeshTool.Root(s_tool).Subcommands, verb => Assert.Matches($@"(?m)^(\$ |eval ""\$\()?mesh {verb.Name}\b", s_page));

    [Fact]
    public void Every_example_is_a_command_line_that_the_tool_takes()
    {
        string[] lines = [.. Example().Matches(s_page).Select(match => match.Groups[1].Value)];

        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.Empty(Errors(line)));
    }

    [Fact]
    public void Every_example_of_the_help_is_one_too() => Assert.All(
        Verbs(MeshTool.Root(s_tool)).SelectMany(verb => verb.Examples).Where(
            example => example.Line.StartsWith("mesh ", StringComparison.Ordinal)),
        example => Assert.Empty(Errors(example.Line)));

    [Fact]
    public void Its_document_is_valid()
    {
        string yaml = Yaml().Match(s_page).Groups[1].Value;

        SourceSet sources = DocumentFiles.Read(["-"], new StringReader(yaml));

        Assert.Empty(sources.Faults);
        Assert.Empty(sources.Check().Faults);
        Assert.Empty(sources.Check().Warnings);
    }

    // Without what is the shell's.
    private static IEnumerable<string> Errors(string line)
    {
        string arguments = Shell().Split(line)[0]["mesh ".Length..].Replace('\'', '"');
        return MeshTool.Root(s_tool).Parse(arguments).Errors.Select(error => error.Message);
    }

    private static IEnumerable<Verb> Verbs(System.CommandLine.Command command) =>
        command.Subcommands.OfType<Verb>().SelectMany(verb => Verbs(verb).Prepend(verb));

    [GeneratedRegex(@"(?m)^(?:\$ )?(mesh [a-z-]+.*)$")]
    private static partial Regex Example();

    [GeneratedRegex(" +(#|>|\\||&&) ")]
    private static partial Regex Shell();

    [GeneratedRegex(@"(?s)```\n(kind: .*?)```")]
    private static partial Regex Yaml();
}
