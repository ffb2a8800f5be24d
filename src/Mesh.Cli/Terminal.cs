using Mesh.ConfigServer.Documents;

namespace Mesh.Cli;

/// <summary>What the tool reads from and writes to.</summary>
internal sealed record Terminal
{
    private const int UsualWidth = 80;

    public required TextReader In { get; init; }

    /// <summary>For results.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>For messages.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Whether somebody is there to answer questions.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>The width of the screen that results are looked at on, in characters; null: they go elsewhere.</summary>
    public int? ScreenWidth { get; init; }

    /// <summary>Whether results are looked at on a screen, with colours and within its width.</summary>
    public bool IsScreen => ScreenWidth is not null;

    /// <summary>Whether signals to the process end what runs.</summary>
    public bool OwnsProcess { get; init; }

    public required Func<string, string?> Environment { get; init; }

    public static Terminal OfProcess() => new()
    {
        // A console decodes what it is given, and puts something else in the place of what is no text.
        In = Console.IsInputRedirected ? new StreamReader(Console.OpenStandardInput(), DocumentReader.Utf8, false) : Console.In,
        Out = Console.Out,
        Error = Console.Error,
        IsInteractive = !Console.IsInputRedirected,
        ScreenWidth = Console.IsOutputRedirected ? null : WidthOfConsole(),
        OwnsProcess = true,
        Environment = System.Environment.GetEnvironmentVariable,
    };

    // Some terminals do not tell theirs.
    private static int WidthOfConsole() => Console.WindowWidth is > 0 and int width ? width : UsualWidth;
}
