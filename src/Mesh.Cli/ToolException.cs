namespace Mesh.Cli;

/// <summary>The command ends here, for a reason that whoever gave it can do something about.</summary>
/// <param name="exitCode">One of <see cref="ExitCode"/>.</param>
/// <param name="message">What is wrong, and the remedy.</param>
/// <param name="inner">What it was found by.</param>
internal class ToolException(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    public int ExitCode => exitCode;
}
