using System.Diagnostics.CodeAnalysis;

namespace Mesh.Benchmarks;

/// <summary>What the command line asks for.</summary>
internal sealed record Arguments
{
    public const string Usage = """
        Usage: Mesh.Benchmarks <suite> [--quick] [--only PATTERN] [--json FILE]

          micro           what a call costs inside the process, without a network, against the usual .NET handlers
          e2e             what a call costs over sockets, against the usual .NET handlers and proxies
          tail            how long the slowest calls take when a backend is slow, fails, or none does, in simulated time
          control         what a config server costs, and how soon its clients know of changes

          --quick         a look, up to 40 s; a full run takes up to 20 minutes
          --only PATTERN  only the variants whose case/name contains PATTERN (their baselines run too); of control: the scenarios
                          (memory, change, curve, restart, client)
          --json FILE     writes the figures as JSON
        """;

    private static readonly string[] s_suites = ["micro", "e2e", "tail", "control"];

    public required string Suite { get; init; }

    public bool Quick { get; init; }

    public string? Only { get; init; }

    public string? JsonFile { get; init; }

    /// <summary>False, with the reason, when the command line is not understood.</summary>
    public static bool TryParse(string[] args, [NotNullWhen(true)] out Arguments? arguments, [NotNullWhen(false)] out string? fault)
    {
        arguments = null;
        fault = args switch
        {
            [] => "No suite is named.",
            [string suite, ..] when !s_suites.Contains(suite) => $"The suite '{suite}' is not known.",
            _ => null,
        };
        if (fault is not null)
        {
            return false;
        }

        Arguments read = new() { Suite = args[0] };
        for (int i = 1; i < args.Length; i++)
        {
            string? value = i + 1 < args.Length ? args[i + 1] : null;
            switch (args[i])
            {
                case "--quick":
                    read = read with { Quick = true };
                    break;
                case "--only" when value is not null:
                    read = read with { Only = value };
                    i++;
                    break;
                case "--json" when value is not null:
                    read = read with { JsonFile = value };
                    i++;
                    break;
                default:
                    fault = $"The option '{args[i]}' is not known, or lacks its value.";
                    return false;
            }
        }

        arguments = read;
        return true;
    }
}
