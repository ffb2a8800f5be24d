using Mesh.Cli.Files;

namespace Mesh.Cli.Commands;

/// <summary>Tells what is wrong with documents, one line each.</summary>
internal static class FaultReport
{
    public static void Write(Terminal terminal, string headline, IEnumerable<FileFault> faults)
    {
        terminal.Error.WriteLine(headline);
        foreach (FileFault fault in faults)
        {
            terminal.Error.WriteLine(fault);
        }
    }

    public static void WriteWarnings(Terminal terminal, IEnumerable<FileFault> warnings)
    {
        foreach (FileFault warning in warnings)
        {
            terminal.Error.WriteLine($"warning: {warning}");
        }
    }
}
