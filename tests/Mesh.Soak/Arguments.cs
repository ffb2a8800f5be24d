using System.Diagnostics.CodeAnalysis;

namespace Mesh.Soak;

/// <summary>What the command line asks for.</summary>
internal sealed record Arguments
{
    public const string Usage = """
        Usage: Mesh.Soak crash|outage|shop|registry [--quick] [--json FILE]

          crash        kills the config server amid writes, again and again: what it had acknowledged is there
          outage       takes the config server away while backends come and go: calls go on
          shop         restarts and kills services that register by themselves, and the config server: no call is lost
          registry     tears the connections of processes that register, and has many come and go: what clients believe is what runs

          --quick      a short run, up to 45 s, with the same claims
          --json FILE  writes the claims as JSON
        """;

    public required string Suite { get; init; }

    public bool Quick { get; init; }

    public string? JsonFile { get; init; }

    /// <summary>False, with the reason, when the command line is not understood.</summary>
    public static bool TryParse(string[] args, [NotNullWhen(true)] out Arguments? arguments, [NotNullWhen(false)] out string? fault)
    {
        arguments = null;
        if (args is not ["crash" or "outage" or "shop" or "registry", ..])
        {
            fault = "No suite is named.";
            return false;
        }

        Arguments read = new() { Suite = args[0] };
        for (int i = 1; i < args.Length; i++)
        {
            if (args[i] == "--quick")
            {
                read = read with { Quick = true };
            }
            else if (args[i] == "--json" && i + 1 < args.Length)
            {
                read = read with { JsonFile = args[++i] };
            }
            else
            {
                fault = $"The option '{args[i]}' is not known, or lacks its value.";
                return false;
            }
        }

        arguments = read;
        fault = null;
        return true;
    }
}
