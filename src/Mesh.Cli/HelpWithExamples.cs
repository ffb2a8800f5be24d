using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Mesh.Cli;

/// <summary>The help of a command, its examples after it, and of the tool itself what its exit codes mean.</summary>
internal sealed class HelpWithExamples(HelpAction inner) : SynchronousCommandLineAction
{
    private const string ExitCodes = """
        Exit codes:
          0  done
          1  failed, not valid, a check found problems, or there are differences (diff)
          2  the command line is wrong
          3  the config server cannot be reached
          4  what is named does not exist
          5  a conflict: what is there is not what was expected
          6  diff failed, and cannot tell whether there are differences
          130  interrupted by Ctrl+C or SIGTERM

        """;

    public override int Invoke(ParseResult parseResult)
    {
        inner.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        switch (parseResult.CommandResult.Command)
        {
            case RootCommand:
                output.WriteLine(ExitCodes);
                break;
            case Verb { Examples: { Count: > 0 } examples }:
                Write(output, examples);
                break;
            default:
                break;
        }

        return ExitCode.Ok;
    }

    private static void Write(TextWriter output, IReadOnlyList<(string Line, string Purpose)> examples)
    {
        int width = examples.Max(example => example.Line.Length);
        output.WriteLine("Examples:");
        foreach ((string line, string purpose) in examples)
        {
            output.WriteLine($"  {line.PadRight(width)}  {purpose}");
        }

        output.WriteLine();
    }
}
