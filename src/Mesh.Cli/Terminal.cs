namespace Mesh.Cli;

/// <summary>What the tool reads from and writes to.</summary>
internal sealed record Terminal
{
    public required TextReader In { get; init; }

    /// <summary>For results.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>For messages.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Whether somebody is there to answer questions.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>Whether results are looked at on a screen, with colours and within its width.</summary>
    public bool IsScreen { get; init; }

    /// <summary>Whether signals to the process end what runs.</summary>
    public bool OwnsProcess { get; init; }

    public required Func<string, string?> Environment { get; init; }

    public static Terminal OfProcess() => new()
    {
        In = Console.In,
        Out = Console.Out,
        Error = Console.Error,
        IsInteractive = !Console.IsInputRedirected,
        IsScreen = !Console.IsOutputRedirected,
        OwnsProcess = true,
        Environment = System.Environment.GetEnvironmentVariable,
    };
}
