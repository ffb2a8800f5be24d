using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Storefront;

/// <summary>What the command line asks for.</summary>
internal sealed partial record Options
{
    public const string Usage = """
        Starts a small shop of HTTP and gRPC services that call each other through the mesh, and shows how they fare.

        Usage: dotnet run --project samples/Storefront [-- options]

          --for TIME    end after this long, such as 20s, 1m or 1m30s (until Ctrl+C when not given), at most 1000h
          --rps N       requests a second, 1 to 10000 (50)
          --rules DIR   take the rules from DIR/mesh, each service's appsettings.json from DIR/<service> (the folders of the sources)
          --help        show this text
        """;

    // Timers take up to 49 days.
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(1000);

    /// <summary>Null: until interrupted.</summary>
    public TimeSpan? For { get; private init; }

    public int RequestsPerSecond { get; private init; } = 50;

    /// <summary>Holds <c>mesh/catalog.yaml</c>, <c>Web/appsettings.json</c> and their like.</summary>
    public string Rules { get; private init; } = Checkout.Source;

    public bool Help { get; private init; }

    public static bool TryParse(
        ReadOnlySpan<string> args, [NotNullWhen(true)] out Options? options, [NotNullWhen(false)] out string? fault)
    {
        options = new Options();
        fault = null;
        for (int i = 0; i < args.Length && fault is null; i++)
        {
            string value = i + 1 < args.Length ? args[i + 1] : "";
            switch (args[i])
            {
                case "--help" or "-h":
                    options = options with { Help = true };
                    break;
                case "--for" when TryParseTime(value, out TimeSpan time) && time > s_longest:
                    fault = $"--for takes at most {s_longest.TotalHours}h, not '{value}'.";
                    break;
                case "--for" when TryParseTime(value, out TimeSpan time):
                    options = options with { For = time };
                    i++;
                    break;
                case "--rps" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int rate) && rate is >= 1 and <= 10000:
                    options = options with { RequestsPerSecond = rate };
                    i++;
                    break;
                case "--rules" when Directory.Exists(value):
                    options = options with { Rules = Path.GetFullPath(value) };
                    i++;
                    break;
                case "--for" or "--rps" or "--rules":
                    fault = $"{args[i]} does not take '{value}'.";
                    break;
                default:
                    fault = $"Unknown argument '{args[i]}'.";
                    break;
            }
        }

        options = fault is null ? options : null;
        return fault is null;
    }

    /// <summary>Reads <c>20s</c>, <c>1m</c>, <c>1m30s</c>, <c>2h</c>.</summary>
    private static bool TryParseTime(string text, out TimeSpan time)
    {
        time = default;
        Match match = Time().Match(text);
        if (!match.Success)
        {
            return false;
        }

        time = new TimeSpan(Part("h"), Part("m"), Part("s"));
        return time > TimeSpan.Zero;

        int Part(string name) => match.Groups[name] is { Success: true } group ? int.Parse(group.ValueSpan, CultureInfo.InvariantCulture) : 0;
    }

    [GeneratedRegex("^(?:(?<h>[0-9]{1,4})h)?(?:(?<m>[0-9]{1,4})m)?(?:(?<s>[0-9]{1,4})s)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Time();
}
