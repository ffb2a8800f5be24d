using System.CommandLine;

namespace Mesh.Cli.Usage;

/// <summary>A command with examples for its help.</summary>
internal sealed class Verb(string name, string description) : Command(name, description)
{
    /// <summary>Command lines, each with what it is good for.</summary>
    public IReadOnlyList<(string Line, string Purpose)> Examples { get; init; } = [];

    public Verb With(params IEnumerable<Symbol> parts)
    {
        foreach (Symbol part in parts)
        {
            switch (part)
            {
                case Option option:
                    Add(option);
                    break;
                case Argument argument:
                    Add(argument);
                    break;
                default:
                    Add((Command)part);
                    break;
            }
        }

        return this;
    }
}
