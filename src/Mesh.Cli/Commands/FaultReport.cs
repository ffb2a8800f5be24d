using Mesh.Cli.Output;
using Mesh.ConfigServer.Documents;
using Mesh.Model.Documents;

namespace Mesh.Cli.Commands;

/// <summary>Tells what is wrong with documents, one line each.</summary>
internal static class FaultReport
{
    public static void Write(Terminal terminal, string headline, IEnumerable<MeshFault> faults)
    {
        terminal.Error.WriteLine(Printed.Lines(headline));
        foreach (MeshFault fault in faults)
        {
            terminal.Error.WriteLine(Wording.Printable($"{fault}"));
        }
    }

    public static void WriteWarnings(Terminal terminal, IEnumerable<MeshFault> warnings)
    {
        foreach (MeshFault warning in warnings)
        {
            terminal.Error.WriteLine(Wording.Printable($"warning: {warning}"));
        }
    }
}
