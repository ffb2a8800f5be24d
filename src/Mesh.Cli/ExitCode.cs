namespace Mesh.Cli;

/// <summary>What the tool tells scripts. Documented in <c>docs/cli.md</c>.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>It failed, something is not valid, a check found problems, or there are differences.</summary>
    public const int Failed = 1;

    public const int Usage = 2;

    public const int Unreachable = 3;

    public const int NotFound = 4;

    /// <summary>What is there is not what was expected, or two documents claim one name.</summary>
    public const int Conflict = 5;

    /// <summary><c>diff</c> failed, and so cannot tell whether there are differences.</summary>
    public const int NotCompared = 6;

    /// <summary>By Ctrl+C or SIGTERM. Shells tell the first so.</summary>
    public const int Interrupted = 130;
}
