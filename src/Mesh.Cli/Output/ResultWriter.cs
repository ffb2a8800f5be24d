using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.ConfigServer.Documents;
using Spectre.Console;

namespace Mesh.Cli.Output;

/// <summary>Writes the result of a command as it was asked for.</summary>
internal sealed class ResultWriter(Terminal terminal, OutputFormat format)
{
    // What is not looked at on a screen is not to be broken where a screen would end.
    private const int Endless = 1_000_000;

    public OutputFormat Format => format;

    /// <param name="result">For scripts.</param>
    /// <param name="forPeople">Writes for people what it is given, which is the result, printable.</param>
    public void Write<T>(T result, Action<IAnsiConsole, T> forPeople)
    {
        JsonNode? node = result as JsonNode ?? JsonSerializer.SerializeToNode(result, ApiJson.Options);

        // In the quotes of JSON and YAML what is made printable is still the same text.
        switch (format)
        {
            case OutputFormat.Json:
                terminal.Out.WriteLine(Printed.Lines(node?.ToJsonString(ApiJson.Indented) ?? "null"));
                break;
            case OutputFormat.Yaml:
                terminal.Out.Write(Printed.Lines(DocumentWriter.ToYaml([JsonSerializer.SerializeToElement(node)])));
                break;
            default:
                WriteForPeople(console => forPeople(console, Printed.Copy<T>(node)));
                break;
        }
    }

    /// <param name="results">For scripts.</param>
    /// <param name="nothing">What people are told where there are none.</param>
    /// <param name="forPeople">Writes for people what it is given, which are the results, printable.</param>
    public void WriteAll<T>(IReadOnlyList<T> results, string nothing, Action<IAnsiConsole, IReadOnlyList<T>> forPeople)
    {
        if (results.Count == 0 && format == OutputFormat.Table)
        {
            terminal.Out.WriteLine(Printed.Lines(nothing));
            return;
        }

        Write(results, forPeople);
    }

    /// <summary>Text that is the result as it stands.</summary>
    public void WriteText(string text)
    {
        string whole = text.EndsWith('\n') ? text : text + Environment.NewLine;
        terminal.Out.Write(terminal.IsScreen ? Printed.Lines(whole) : whole);
    }

    public void WriteForPeople(Action<IAnsiConsole> write)
    {
        if (terminal.ScreenWidth is { } width)
        {
            IAnsiConsole screen = Console(terminal.Out);
            screen.Profile.Width = width;
            write(screen);
            return;
        }

        // Nothing that a screen alone needs: neither colours, nor lines that end where it does, nor spaces that fill up a table's cells.
        using StringWriter text = new() { NewLine = "\n" };
        IAnsiConsole console = Console(text);
        console.Profile.Width = Endless;
        console.Profile.Capabilities.Unicode = true;
        write(console);
        string written = text.ToString().TrimEnd('\n');
        foreach (string line in written.Length == 0 ? [] : written.Split('\n'))
        {
            terminal.Out.WriteLine(line.TrimEnd());
        }
    }

    private IAnsiConsole Console(TextWriter output) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Ansi = terminal.IsScreen ? AnsiSupport.Detect : AnsiSupport.No,
        ColorSystem = terminal.IsScreen ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        Interactive = InteractionSupport.No,
        Out = new AnsiConsoleOutput(output),
    });
}
